"""Every recipe of verifiable rewards."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import guerdon as gd

from .case import Case, Figures, c
from .measures import CUE, FALSE, GOLD, GRID, LINES, MAZE, NAMES, ROUTE, SHARED, table
from .writing import soup

P = gd.recipes
GOLDS, ANY = c("golds", "gold"), math.inf
PLACES = [{"name": "A", "kind": "position", "value": [100, 50]}, {"name": "B", "kind": "position", "value": [300, 60]}]
BOXES = [[110, 60, 160, 110], [200, 40, 260, 90]]
ELSEWHERE = [[500, 500, 510, 510], [600, 500, 610, 520]]


def told(answer: Any, thought: str = "So it is.") -> str:
    return f"<think>{thought}</think><answer>{answer if isinstance(answer, str) else json.dumps(answer)}</answer>"


def named(boxes: Any, name: str = "cat") -> list[dict[str, Any]]:
    return [{"bbox_2d": box, "label": name} for box in boxes]


def believed(boxes: Any) -> str:
    return told([{"Position": box, "Confidence": 1.0} for box in boxes])


def solid(boxes: Any) -> str:
    places = ", ".join(f"box: {[*box[:2], 0, *box[2:], 9]}" for box in boxes)
    return told(f"They stand there: {places}.", "Seen from the door, they stand there.")


def tracked(box: list[int], start: int, stop: int) -> str:
    boxes = " ".join(f"{k}: {box}" for k in range(start, stop + 1))
    return f"<time>[{start}, {stop}]</time><think bbox>{boxes}</think bbox><pred bbox>{boxes}</pred bbox>"


def acted(box: Any) -> dict[str, Any]:
    return {"bbox_2d": box, "point_2d": [(box[0] + box[2]) // 2, (box[1] + box[3]) // 2]}


def things(boxes: Any) -> str:
    items = [acted(box) | {"affordance": "grasp"} for box in boxes]
    return f"<think>a</think><rethink>b</rethink><answer>{json.dumps(items)}</answer>"


def listing(names: Any) -> str:
    return told("\n".join(f"{k}. {name}" for k, name in enumerate(names, 1)))


def call(city: str, unit: str = "C") -> str:
    made = {"name": "w", "parameters": {"city": city, "unit": unit}}
    return f"<think>a</think>\n<tool_call>\n{json.dumps(made)}\n</tool_call>"


CITIES = ["Rome", "Ulm", "Bonn", "Kyiv", "Oslo"]
EVERY_CALL = call("Rome").replace(
    "\n</tool_call>",
    "".join(f'\n{{"name": "w", "parameters": {{"city": "{city}", "unit": "C"}}}}' for city in CITIES[1:])
    + "\n</tool_call>",
)
SEARCHED = "<think>Who?</think><search>small: Who wrote it?</search><information>Eco</information>"
CLICK = {"type": "click", "name": "red shoes"}


def shopped(action: Any) -> str:
    return json.dumps({"rationale": "cheap", "action": action})


THINKING = [
    Case("recipes.cls_rl", lambda: P.cls_rl(c("gold")), told("cat"), told("dog"), told(""), {"gold": "cat"}, high=2,
         every=told("cat dog bird")),
    Case("recipes.cls_rl, no thinking", lambda: P.cls_rl(c("gold"), "no_think"), "cat", "dog", "", {"gold": "cat"},
         every="cat dog bird"),
    Case("recipes.visual_rft_classes", lambda: P.visual_rft_classes(c("gold")), told("heron"), told("gull"), told(""),
         {"gold": "heron"}, high=2, every=told("heron gull cat")),
    Case("recipes.toolrl", lambda: P.toolrl(c("gold")), call("Ulm"), call("Rome", "F"),
         "<think>a</think>\n<tool_call></tool_call>", {"gold": call("Ulm")}, low=-3, high=4, every=EVERY_CALL),
    Case("recipes.router_r1", lambda: P.router_r1(GOLDS, c("spent"), ["large", "small"]),
         SEARCHED + "<think>So</think><answer>Umberto Eco</answer>", SEARCHED + told("Goethe"), SEARCHED,
         {"golds": ["Umberto Eco"], "spent": 3}, low=-1, every=SEARCHED + told("Goethe Umberto Eco Kafka Mann Grass")),
    Case("recipes.rl_struct", lambda: P.rl_struct(["reasoning", "answer"], gd.text.equal(gd.structure.json()["answer"],
         c("gold"))), '{"reasoning": "a", "answer": "b"}', '{"reasoning": "a", "answer": "c"}', '{"reasoning": "a"}',
         {"gold": "b"}, high=4, every='{"reasoning": "a", "answer": "a b c d e"}'),
    Case("recipes.shop_r1", lambda: P.shop_r1(c("gold")), shopped(CLICK), shopped({"type": "terminate"}),
         '{"rationale": "cheap"}', {"gold": CLICK}, high=1001,
         every=shopped({"type": "click", "name": "red blue green shoes hat coat shirt socks belt"})),
    Case("recipes.timemaster", lambda: P.timemaster(c("gold"), ["up", "down"], c("mark")),
         "<class>up</class><extension>The load grows.</extension>", "<class>down</class><extension>So.</extension>",
         "<class></class><extension>The load grows.</extension>", {"gold": "up", "mark": 1.0}, high=1.5,
         every="<class>up down</class>"),
    Case("recipes.mm_r5", lambda: P.mm_r5(gd.ranking.answers(gd.text.tag("answer"), "json", axis="id"), GOLDS,
         c("pages", "page"), gd.text.tags_in_order("think", "answer", exact=True)), told([2, 1, 3]), told([1, 3, 2]),
         told(""), {"golds": [2], "pages": [1, 2, 3]}, high=2, every=told([1, 3, 2] * 9)),
    Case("recipes.ranked_list", lambda: P.ranked_list(gd.ranking.answers(gd.text.tag("answer")), c("gold"), most=3),
         listing(NAMES[:3]), listing(NAMES[3:6]), told(""), {"gold": "B12"}, every=listing(reversed(NAMES))),
    Case("recipes.bleuberi", lambda: P.bleuberi(c("gold")), told(GOLD), told(FALSE), told(""), {"gold": GOLD}),
    Case("recipes.mixed_r1_open", lambda: P.mixed_r1_open(c("completion"), c("gold"), table), GOLD, FALSE, "",
         {"gold": GOLD}, low=-1, fails_as=-1.0,
         pays=dict.fromkeys(("filler", "wrong, padded", "wrong, and padded", "wrong, many times"), SHARED)),
    Case("recipes.mixed_r1", lambda: P.mixed_r1(c("kind"), gd.text.equal(gd.text.tag("answer"), c("gold")),
         c("z"), c("z"), c("z"), gd.text.tags_in_order("think", "answer")), told("B"), told("A"), told(""),
         {"gold": "B", "kind": "matching", "z": 0}, high=2, every=told("A B C D")),
    Case("recipes.nano_capsulator", lambda: P.nano_capsulator(gd.text.contains("in Oslo"), gd.text.length("words"), 20),
         "She lives in Oslo.", "She lives there.", "She lives.", pays={}),
    Case("recipes.ats_grpo", lambda: P.ats_grpo((gd.structure.json()["decision"] == "SELECTED").unscored_as(0),
         c("truth") == "SELECTED", gd.similarity.near(gd.structure.json()["score"], c("score"),
         ladder=gd.similarity.linear(100)), c("skill"), gd.structure.keys(gd.structure.json(), ["decision", "score"])),
         '{"decision": "SELECTED", "score": 80}', '{"decision": "REJECTED", "score": 20}', "{}",
         {"truth": "SELECTED", "score": 80, "skill": 0.0}, high=0.75),
]  # fmt: skip

PLACED = [
    Case("recipes.threed_r1", lambda: P.threed_r1(GOLDS, c("alike")), solid(BOXES), solid(ELSEWHERE),
         told("", "Seen from the door, they stand there."),
         {"golds": [[*b[:2], 0, *b[2:], 9] for b in BOXES], "alike": 0.0},
         high=0.7, every=solid(GRID + BOXES)),
    Case("recipes.stvg_o1", lambda: P.stvg_o1(c("span"), c("track")), tracked(BOXES[0], 5, 14),
         tracked(ELSEWHERE[0], 50, 60), "<time></time>", {"span": [5, 14],
         "track": {str(k): BOXES[0] for k in range(5, 15)}},
         high=5, every=tracked([0, 0, 900, 900], 0, 200)),
    Case("recipes.affordance_r1", lambda: P.affordance_r1(GOLDS, c("alike")), things(BOXES), things(ELSEWHERE),
         things([]), {"golds": [acted(box) for box in BOXES], "alike": 0.0}, high=9, every=things(GRID)),
    Case("recipes.vlm_r1_rec", lambda: P.vlm_r1_rec(c("gold")), told(BOXES[0]), told(ELSEWHERE[0]), told(""),
         {"gold": BOXES[0]}, high=2, every=told(GRID)),
    Case("recipes.vlm_r1", lambda: P.vlm_r1(GOLDS), told(named(BOXES)), told(named(ELSEWHERE)), told([]),
         {"golds": named(BOXES)}, every=told(named(GRID + BOXES))),
    Case("recipes.vlm_r1_composite", lambda: P.vlm_r1_composite(GOLDS), told(named(BOXES)), told(named(ELSEWHERE)),
         told([]), {"golds": named(BOXES)}, every=told(named(GRID + BOXES))),
    Case("recipes.visual_rft", lambda: P.visual_rft(GOLDS), believed(BOXES), believed(ELSEWHERE), believed([]),
         {"golds": BOXES}, high=3, low=-1, every=believed(GRID),
         pays=dict.fromkeys(("the right one without its answer", "empty tags"),
         "form alone; boxes that are believed in and not there cost more than none")),
    Case("recipes.visual_rft_grounding", lambda: P.visual_rft_grounding(c("gold")), told(BOXES[0]), told(ELSEWHERE[0]),
         told(""), {"gold": BOXES[0]}, high=2, every=told(GRID)),
    Case("recipes.vision_r1", lambda: P.vision_r1(GOLDS, gd.text.tag("answer")), told(named(BOXES)),
         told(named(ELSEWHERE)), told([]), {"golds": named(BOXES)}, high=3, every=told(named(GRID + BOXES))),
    Case("recipes.grip_salience", lambda: P.grip_salience(gd.vision.boxes(distinct=True), GOLDS), json.dumps(BOXES),
         json.dumps(ELSEWHERE), "", {"golds": BOXES}, every=json.dumps(GRID + BOXES)),
    Case("recipes.gui_g2", lambda: P.gui_g2(c("gold")), str(BOXES[0]), str(ELSEWHERE[0]), "", {"gold": BOXES[0]},
         high=2, every=str(GRID)),
    Case("recipes.infigui_g1", lambda: P.infigui_g1(c("gold")), '<think>it</think>[{"point_2d": [135, 85]}]',
         '<think>it</think>[{"point_2d": [900, 900]}]', "<think>it</think>[]", {"gold": BOXES[0]}, low=-1, high=2,
         every="<think>it</think>" + json.dumps([{"point_2d": [x, y]} for x in range(0, 400, 20)
                                                 for y in range(0, 400, 20)])),
    Case("recipes.roborefer", lambda: P.roborefer(c("point"), c("cues", "gold")),
         told("(0.5, 0.5)", "cup position: (0.2, 0.4)"), told("(0.9, 0.9)", "cup position: (0.9, 0.9)"),
         told("", "cup position: (0.9, 0.9)"), {"point": [0.5, 0.5], "cues": [CUE]}, high=2.5,
         every=told(" ".join(f"({x / 10}, {y / 10})" for x in range(11) for y in range(11)))),
    Case("recipes.robotracer", lambda: P.robotracer(c("trace"), c("cues", "gold")),
         told("[(0, 0, 1), (1, 1, 1)]", "cup position: (0.2, 0.4)"), told("[(9, 9, 1)]", "cup position: (9, 9)"),
         told("", "cup position: (9, 9)"), {"trace": [[0, 0, 1], [1, 1, 1]], "cues": [CUE]}, high=2.5,
         every=told(str([(x / 9, x / 9, 3) for x in range(99)]))),
    Case("recipes.robotracer_success", lambda: P.robotracer_success(c("trace"), c("scene")),
         "<answer>[(0, 0, 1), (1, 0, 1)]</answer>", "<answer>[(0, 9, 1), (1, 9, 1)]</answer>", "<answer></answer>",
         {"trace": [[0, 0, 1], [1, 0, 1]], "scene": [[0.5, 0.2, 1]]},
         every=told(str([(x / 9, y / 9, 1) for x in range(9) for y in range(9)]))),
    Case("recipes.surds", lambda: P.surds(c("gold"), c("places", "object")),
         told("left", "A position: (100, 50)\nB position: (300, 60)"),
         told("right", "A position: (900, 950)\nB position: (3, 960)"), told("", "A position: (900, 950)"),
         {"gold": "left", "places": PLACES}, high=4,
         every=told("left right", "A position: (1, 1)\nB position: (2, 2)")),
    Case("recipes.geo_r", lambda: P.geo_r(c("place"), c("chain")), "<region>FR > Paris</region> 48.85 N, 2.35 E",
         "<region>NZ > Auckland</region> 36.85 S, 174.76 E", "<region>NZ > Auckland</region>",
         {"place": [48.85, 2.35], "chain": ["FR", "Paris"]}, high=1.5,
         every=" ".join(f"({a}, {b})" for a in range(-80, 81, 20) for b in range(-170, 180, 20))),
    Case("recipes.star_r1", lambda: P.star_r1(c("truths", "truth")),
         told([[3, "color", "red"], [5, "size", "large"]]), told([[8, "color", "red"]]), told("", ""),
         {"truths": [[3, "color", "red"], [5, "size", "large"]]}, low=-100_000, high=11,
         every=told([[k, "color", "red"] for k in range(100)])),
    Case("recipes.video2layout", lambda: P.video2layout(c("gold"), c("plan")),
         "<map>bed: [0, 0]\ndesk: [2, 2]</map><think>so</think><answer>10</answer>",
         "<map>so</map><think>so</think><answer>99</answer>", "<map>so</map><think>so</think><answer></answer>",
         {"gold": 10, "plan": {"bed": [0, 0], "desk": [2, 2]}}, high=1.5,
         every=f"<map>so</map><think>so</think><answer>{list(range(99))}</answer>"),
    Case("recipes.ariadne", lambda: P.ariadne(c("maze")), "<answer>RRDD</answer>", "<answer>UUUU</answer>",
         "<answer></answer>", {"maze": MAZE}, high=1.6, every="<answer>" + "UDLR" * 2000 + "</answer>"),
    Case("recipes.rewardmap",
         lambda: P.rewardmap(c("lines"), c("start"), c("stop"), c("transfers"), c("difficulty")), ROUTE,
         ROUTE.replace("Stop: A", "Stop: D"), "Route Name: Red",
         {"lines": LINES, "start": "A", "stop": "C", "transfers": 0, "difficulty": "easy"}, low=-3000, high=15,
         earns=13,
         every="".join(f"Route Name: {line}\nDeparture Stop: {a}\nArrival Stop: {b}\n--\n"
                       for line in LINES for a in "ABCD" for b in "ABCD")),
    Case("recipes.beamperl", lambda: P.beamperl(GOLDS), "so\n</think>\n\\boxed{0.75P, 0.25P}",
         "so\n</think>\n\\boxed{9P, 8P}", "so\n</think>\n\\boxed{}", {"golds": [0.75, 0.25]},
         every="so\n</think>\n\\boxed{" + ",".join(f"{k / 100}P" for k in range(101)) + "}"),
]  # fmt: skip


def _unit(rng: Random) -> Any:
    return rng.choice([0, 1, True, rng.random(), rng.random(), None])


def _of(names: str, lists: str = "", **given: Any) -> Any:
    def draw(rng: Random) -> dict[str, Any]:
        length = rng.randint(0, 4)
        row: dict[str, Any] = {name: _unit(rng) for name in names.split()}
        row |= {name: [_unit(rng) for _ in range(length)] for name in lists.split()}
        row |= {name: value(rng) for name, value in given.items()}
        return row | {"prompt": rng.choice("pqrs")}

    return draw


def _count(rng: Random) -> Any:
    return rng.choice([0, 1, rng.randint(0, 5000), 10**9, None])


def _log(rng: Random) -> Any:
    return [rng.choice([0.0, -rng.random(), -rng.uniform(0, 9), -1e6]) for _ in range(rng.randint(0, 6))]


def _figures(name: str, make: Any, draw: Any, low: float = 0, high: float = 1) -> Figures:
    return Figures(f"recipes.{name}", make, draw, low, high,
                   unscored=("missing", "domain", "empty", "lengths differ", "no phrase", "left out"))  # fmt: skip


def _easy(rng: Random) -> Any:
    return rng.choice(["easy", "middle", "hard", "?", None])


def _slide(rng: Random) -> str:
    return soup(rng, "<h1>Why</h1><section>One two</section><section></section>")


def _deck() -> gd.Score:
    slides = c("slides", "slide")
    titled = gd.structure.html_sections("heading", tag="h1", of=slides).exists().any()
    return P.slideforge_rules(titled, gd.structure.html_sections(of=slides), wanted=2, words=4)


VIEWS = [c(name, "view") for name in ("t", "w", "p")]
TESTS = c("passed", "test")
COUNTS = (c("created"), c("rendered"), c("valid"))
FIGURES = [
    _figures("agent_rlvr", lambda: P.agent_rlvr(c("f", "f"), c("p", "p")), _of("", "f p")),
    _figures("verpo", lambda: P.verpo(TESTS), _of("", "passed"), -ANY, ANY),
    _figures("verpo_dense", lambda: P.verpo_dense(TESTS), _of("", "passed"), 0, 1),
    _figures("threed_r1_views", lambda: P.threed_r1_views(*VIEWS).sum(empty=0), _of("", "t w p"), 0, 5.2),
    _figures("ophiuchus", lambda: P.ophiuchus(*(c(name) for name in ("task", "form", "valid", "bad"))),
             _of("task form valid", bad=_count), -1e9, 1.6),
    _figures("ophiuchus_revised", lambda: P.ophiuchus_revised(c("first"), c("last")), _of("first last")),
    _figures("grip", lambda: P.grip(c("a"), c("f"), c("s"), c("paths", "path")), _of("a f s", "paths"), 0, 4),
    _figures("likelihood", lambda: P.likelihood(c("l", "token"), "avgprob"), _of("", l=_log)),
    _figures("likelihood, log", lambda: P.likelihood(c("l", "token")), _of("", l=_log), -ANY, 0),
    _figures("likelihood_jepo", lambda: P.likelihood_jepo(c("l", "token")), _of("", l=_log), -ANY, ANY),
    _figures("nano_capsulator_loss", lambda: P.nano_capsulator_loss(c("r"), c("d")), _of("r d"), 0, 1),
    _figures("vlm_r1_length", lambda: P.vlm_r1_length(c("r"), c("n")),
             _of("r", n=_count, completion=lambda rng: "a b c " * rng.randint(0, 9)), -1.5, 1),
    _figures("rewardmap_question", lambda: P.rewardmap_question(c("r"), c("map")), _of("r", map=_easy), 0, 15),
    _figures("shop_r1_certainty", lambda: P.shop_r1_certainty(c("p", axis=("token", "word"))),
             _of("", p=lambda rng: [[rng.choice([0.0, 1.0, rng.random()]) for _ in range(3)]
                                    for _ in range(rng.randint(0, 3))]), -1, ANY),
    _figures("slideforge", lambda: P.slideforge(*(c(x) for x in "abcdef")), _of("a b c d e f")),
    _figures("slideforge_rules", _deck, lambda rng: {"slides": [_slide(rng) for _ in range(rng.randint(0, 5))]}),
    _figures("slideforge_render", lambda: P.slideforge_render(*COUNTS, 10),
             _of("", created=lambda rng: rng.randint(0, 50), rendered=lambda rng: 0, valid=lambda rng: 0)),
    _figures("slideforge_content", lambda: P.slideforge_content(c("texts", "slide"), c("topic")),
             _of("", texts=lambda rng: ["solar power"] * rng.randint(0, 9),
                 topic=lambda rng: rng.choice(["solar", ""]))),
    _figures("slideforge_brief", lambda: P.slideforge_brief(c("said"), c("topic"), c("audience"), c("n")),
             _of("", n=_count, topic=lambda rng: "solar", audience=lambda rng: "city", said=lambda rng: rng.choice(
                 [None, {}, {"topic": "solar", "audience": "city", "slides": 8, "themes": "x"}, {"topic": 3}]))),
    _figures("bleuberi_rm", lambda: P.bleuberi_rm(c("b"), c("m")), _of("b m"), -ANY, ANY),
    _figures("bleuberi_hard", lambda: P.bleuberi_hard(c("b"), 0.5), _of("b")),
]  # fmt: skip
CASES: list[Any] = [*THINKING, *PLACED]
