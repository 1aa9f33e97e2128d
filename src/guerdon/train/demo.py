"""The demo's reward: is the answer the JSON that was asked for, is it right, and is it brief?

Read it from below. Nothing counts unless the whole answer is JSON; then five things count alike: the keys are those
asked for and no others, name, age and city are right, and the answer is brief. Brevity is pressed for only where most
answers to the same prompt have most of it right: a model that cannot do the task yet has nothing to gain from saying
less.
"""

import guerdon as gd
from guerdon.train.task import KEYS

answer = gd.structure.json(fences="never")

valid = gd.structure.valid().named("valid")
keys = gd.structure.keys(answer, KEYS, extra_penalty=0.5).named("keys")
name = gd.structure.equal(answer["name"], gd.col("name")).named("name")
age = gd.structure.equal(answer["age"], gd.col("age")).named("age")
city = gd.structure.equal(answer["city"], gd.col("city")).named("city")

mostly_right = ((name + age + city) / 3).mean(over="prompt") > 0.5
short = gd.text.length("characters").piecewise([(40, 1), (80, 0)])
brief = short.when(mostly_right).named("brief")

reward = valid * (keys + name + age + city + brief) / 5
