"""The rooms ranking, similarity, vision, geo, series, mechanics and shaping."""

from __future__ import annotations

import json
import zlib
from random import Random
from typing import Any

import guerdon as gd

from .case import Case, Figures, Plain, c, found
from .writing import item, soup, spoilt

R, Y, V, G, E = gd.ranking, gd.similarity, gd.vision, gd.geo, gd.series
GOLD = "The old bridge by the harbour was built in 1887."
FALSE = "A new tower in the park is being painted."
LIST = "<answer>1. B12\n2. iron\n3. zinc</answer>"
NAMES = ["B12", "iron", "zinc", "calcium", "copper", "iodine", "folate", "sodium"]
EVERY_NAME = "<answer>" + "\n".join(f"{k}. {name}" for k, name in enumerate(reversed(NAMES), 1)) + "</answer>"
NO_LIST = "<answer>sodium</answer>"
SAID = gd.ranking.answers(gd.text.tag("answer"))
SOURCES = ["Paris has two million people.", "Iron rusts in wet air."]
CITED, MISCITED = "Paris has two million people [1].", "Iron is a fruit that grows on trees in Spain [1]."
EVERY_SOURCE = "Iron is a fruit that grows on trees in Spain [1][2][3][4]. " * 5


def _cited(name: str) -> Any:
    return lambda: R.citations(c("sources"))[name].mean(empty=0)


def _ranked(name: str, make: Any, **more: Any) -> Case:
    return Case(f"ranking.{name}", make, LIST, NO_LIST, "<answer></answer>", {"golds": NAMES[:3]}, **more)


GOLDS = c("golds", "gold")
RANKING = [
    Case("ranking.answers", lambda: found(R.answers(gd.text.tag("answer"))), LIST, "", "<answer></answer>",
         kind="reader"),
    Case("ranking.cited", lambda: found(R.cited()), CITED, "", "Paris is large.", kind="reader"),
    *(Case(f"ranking.citations, {name}", _cited(name), CITED, MISCITED, "Paris is large.", {"sources": SOURCES},
           every=EVERY_SOURCE, fails_as=0.0, kind="reward" if name == "supported" else "measure",
           share=0.5) for name in ("cited", "supported", "exists", "needed", "found")),
    _ranked("average_precision", lambda: R.average_precision(SAID, GOLDS), every=EVERY_NAME),
    _ranked("correlation", lambda: R.correlation(SAID, GOLDS), low=-1.0, fails_as=-1.0, every=EVERY_NAME),
    _ranked("mrr", lambda: R.mrr(SAID, c("golds", "gold")), every=EVERY_NAME),
    _ranked("ndcg", lambda: R.ndcg(SAID, GOLDS), every=EVERY_NAME),
    _ranked("precision_at", lambda: R.precision_at(SAID, GOLDS), every=EVERY_NAME),
    _ranked("recall_at", lambda: R.recall_at(SAID, GOLDS, 3), every=EVERY_NAME),
    Case("ranking.nuggets", lambda: R.nuggets(c("completion"), c("facts", "fact")).mean(), GOLD, FALSE,
         given={"facts": ["built in 1887", "by the harbour"]}),
    Case("ranking.nugget_recall", lambda: R.nugget_recall(R.nuggets(c("completion"), c("facts", "fact"))), GOLD,
         FALSE, given={"facts": ["built in 1887", "by the harbour"]}),
    Case("ranking.nugget_precision",
         lambda: R.nugget_precision(R.nuggets(c("completion"), c("facts", "fact")), gd.text.length(), 50), GOLD, FALSE,
         given={"facts": ["built in 1887", "by the harbour"]}, kind="measure"),
]  # fmt: skip


def table(text: str) -> list[list[float]]:
    """An input table of our own: each word of the reference points its own way, all others (nearly) one other."""
    known = GOLD.split()
    others = [zlib.crc32(word.encode("utf-8", "replace")) % 97 / 97 for word in text.split()]
    return [
        [1.0 * (word == one) for one in known] + ([0.0, 0.0] if word in known else [1.0, other])
        for word, other in zip(text.split(), others, strict=True)
    ]


def bags(texts: list[str]) -> list[list[float]]:
    """A vector of each text: the sum of its words' vectors."""
    width = len(GOLD.split()) + 2
    return [[sum(row[k] for row in table(text)) for k in range(width)] for text in texts]


def _like(name: str, make: Any, **more: Any) -> Case:
    return Case(f"similarity.{name}", make, GOLD, FALSE, given={"gold": GOLD}, **more)


TEXT = c("completion")
SHARED = "likeness sees the words that both texts share, such as `the`: less than a third of the way"
SHARED = "likeness sees the words that both texts share, such as `the`: less than a third of the way"
SIMILARITY = [
    _like("cosine", lambda: Y.cosine(TEXT, c("gold"), bags), low=-1.0, fails_as=-1.0,
          pays={"wrong, many times": SHARED}),
    _like("bleu", lambda: Y.bleu(TEXT, c("gold"))),
    _like("chrf", lambda: Y.chrf(TEXT, c("gold")), share=0.5),
    _like("edit", lambda: Y.edit(TEXT, c("gold")), share=0.5),
    *(_like(f"overlap_text, {name}", lambda name=name: Y.overlap_text(TEXT, c("gold"), name),  # type: ignore[misc]
            pays={"filler": "the words they share", "wrong, padded": "the same", "wrong, and padded": "the same"}
            if name == "jaccard" else {})
      for name in ("f1", "jaccard", "rouge_l")),
    _like("bmas", lambda: Y.bmas(TEXT, c("gold"), table), low=-1.0, fails_as=-1.0,
          pays=dict.fromkeys(("wrong, padded", "wrong, and padded", "wrong, many times"), SHARED)),
    Case("similarity.match",
         lambda: Y.match(SAID, GOLDS, Y.same)["a"].mean(empty=0), LIST, NO_LIST, "<answer></answer>",
         {"golds": NAMES[:3]}, every=EVERY_NAME),
    Case("similarity.near", lambda: Y.near(gd.text.tag("answer"), 42, "abs", Y.linear(10)), "<answer>42</answer>",
         "<answer>7</answer>", "<answer></answer>"),
    Case("similarity.places", lambda: Y.places(SAID, c("gold")), LIST, NO_LIST, "<answer></answer>", {"gold": "B12"},
         every=EVERY_NAME),
    Case("similarity.repeats", lambda: Y.repeats(SAID).mean(empty=0), LIST, kind="measure"),
]  # fmt: skip
PLAIN_SIMILARITY = [
    Plain("similarity.same", lambda rng: Y.same(item(rng), item(rng)), 0, 1),
    Plain("similarity.credit", lambda rng: Y.credit(item(rng), item(rng), rng.choice(["abs", "relative", "l1", "l2"]),
                                                    rng.choice([Y.linear(3), Y.inverse(2), Y.within(1)])), 0, 1),
    Plain("similarity.distinct", lambda rng: len(Y.distinct([item(rng) for _ in range(4)])), 0, 4),
    Plain("similarity.ranks", lambda rng: len(Y.ranks([item(rng) for _ in range(4)], [item(rng)])), 1, 1),
    Plain("similarity.matched", lambda rng: sum(Y.matched([item(rng) for _ in range(3)], [item(rng)], Y.same)["a"]),
          0, 1),
    Plain("similarity.assign", lambda rng: len(Y.assign([[rng.random()] * 3] * 2, rng.choice(["optimal", "greedy"]))),
          0, 3),
]  # fmt: skip

BOX = [110, 60, 160, 110]
BOXED, MISSED = f"<answer>{json.dumps([BOX])}</answer>", "<answer>[[300, 300, 310, 310]]</answer>"
GRID = [[x, y, x + 50, y + 50] for x in range(0, 400, 50) for y in range(0, 400, 50)]
EVERY_BOX = f"<answer>{json.dumps([*GRID, BOX])}</answer>"
THING = {"bbox_2d": BOX, "label": "cat"}
OBJECTS = f"<answer>{json.dumps([THING])}</answer>"
EVERY = [{"bbox_2d": box, "label": name} for box in [*GRID, BOX] for name in ("cat", "dog")]
EVERY_OBJECT = f"<answer>{json.dumps(EVERY)}</answer>"
TRACK = {str(k): BOX for k in range(5)}
TRACKED = " ".join(f"{k}: {BOX}" for k in range(5))
LOST = " ".join(f"{k}: [300, 300, 310, 310]" for k in range(5))
EVERY_FRAME = " ".join(f"{k}: [0, 0, 400, 400]" for k in range(400))
NONE = "<answer></answer>"
ANSWER = gd.text.tag("answer")
ONE = gd.vision.boxes(ANSWER, axis=None)[0]


def _seen(name: str, make: Any, right: str, wrong: str = MISSED, given: Any = BOX, **more: Any) -> Case:
    return Case(f"vision.{name}", make, right, wrong, NONE, {"gold": given}, **more)


POINT, OFF = "<answer>[[135, 85]]</answer>", "<answer>[[900, 900]]</answer>"
EVERY_POINT = f"<answer>{json.dumps([[x, y] for x in range(0, 400, 20) for y in range(0, 400, 20)])}</answer>"
VISION = [
    Case("vision.boxes", lambda: found(V.boxes(ANSWER)), BOXED, "", NONE, kind="reader"),
    Case("vision.objects", lambda: found(V.objects(ANSWER)), OBJECTS, "", NONE, kind="reader"),
    Case("vision.points", lambda: found(V.points(ANSWER)), POINT, "", NONE, kind="reader"),
    Case("vision.track", lambda: found(V.track()), TRACKED, "", "", kind="reader"),
    _seen("average_precision", lambda: V.average_precision(V.objects(ANSWER, axis=None), c("gold")), OBJECTS,
          given=[THING], every=EVERY_OBJECT),
    _seen("overlap", lambda: V.overlap(ONE, c("gold")), BOXED, every=EVERY_BOX),
    _seen("overlap, giou", lambda: V.overlap(ONE, c("gold"), "giou"), BOXED, low=-1.0, fails_as=-1.0,
          every=EVERY_BOX),
    _seen("gaussian", lambda: V.gaussian(ONE, c("gold")), BOXED, every=EVERY_BOX),
    _seen("gaussian, coverage", lambda: V.gaussian(ONE, c("gold"), measure="coverage"), BOXED, every=EVERY_BOX),
    _seen("inside", lambda: V.inside(V.points(ANSWER, axis=None)[0], c("gold")), POINT, OFF, every=EVERY_POINT),
    _seen("collinear", lambda: V.collinear(V.points(ANSWER, axis=None)), "<answer>[[0, 0], [1, 1], [2, 2]]</answer>",
          "<answer>[[0, 0], [1, 1], [2, 9]]</answer>", kind="measure", fails_as=1.0),
    Case("vision.covers", lambda: V.covers(V.track(), c("span")), TRACKED, "1: [0, 0, 2, 2]", given={"span": [0, 4]},
         pays={}, every=EVERY_FRAME),
    *(Case(f"vision.viou, {over}", lambda over=over: V.viou(V.track(), c("track"), over), TRACKED, LOST,  # type: ignore[misc]
           given={"track": TRACK}, every=EVERY_FRAME) for over in ("union",)),
    Case("vision.dice", lambda: V.dice(gd.structure.json(), c("gold")), '{"cells": [[1, 0], [2, 0]]}',
         '{"cells": [[5, 5]]}', given={"gold": {"cells": [[1, 0], [2, 0]]}},
         every='{"cells": ' + str([[x, y] for x in range(9) for y in range(9)]) + "}"),
]  # fmt: skip


def _pair(name: str, call: Any, low: float = 0, high: float = 1) -> Plain:
    def one(rng: Random) -> Any:
        return call(item(rng) if rng.random() < 0.7 else THING, rng.choice([THING, BOX, item(rng)]))

    return Plain(f"vision.{name}", one, low, high)


PLAIN_VISION = [
    _pair("affinity", V.affinity, 0, 1e9),
    _pair("agreement", V.agreement, 0, 3),
    _pair("curve_distance", V.curve_distance, 0, float("inf")),
    _pair("distance", V.distance, 0, float("inf")),
    _pair("giou", V.giou, -1, 1),
    _pair("label_of", lambda a, b: len(V.label_of(a) or ""), 0, 10_000),
]

MAZE = ["S..", "##.", "##G"]
ROUTE = "Route Name: Red\nDeparture Stop: A\nArrival Stop: C\n"
LINES = {"Red": ["A", "B", "C"], "Blue": ["C", "D"]}
CUE = {"name": "cup", "kind": "position", "value": [0.2, 0.4]}
PLAN = {"bed": [0, 0], "desk": [4, 0], "lamp": [0, 2]}
GEO = [
    Case("geo.coordinates", lambda: found(G.coordinates()), "48.85 N, 2.35 E", "", "Paris", kind="reader"),
    Case("geo.cues", lambda: found(G.cues("position")), "cup position: (0.2, 0.4)", "", "cup", kind="reader"),
    Case("geo.legs", lambda: found(G.legs()), ROUTE, "", "Red", kind="reader"),
    Case("geo.moves", lambda: found(G.moves(ANSWER)), "<answer>RRDD</answer>", "", NONE, kind="reader"),
    Case("geo.follow", lambda: G.follow(G.moves(ANSWER), c("maze"))["reached"], "<answer>RRDD</answer>",
         "<answer>UUUU</answer>", NONE, {"maze": MAZE}, every="<answer>" + "UDLR" * 50 + "</answer>"),
    Case("geo.route", lambda: G.route(G.legs(), c("lines"), c("start"), c("stop"))["right"], ROUTE,
         ROUTE.replace("Red", "Green"), "Route Name: Red", {"lines": LINES, "start": "A", "stop": "C"}),
    Case("geo.layout", lambda: G.layout(TEXT, c("plan")), "bed: [9, 9]\ndesk: [9, 13]\nlamp: [7, 9]",
         "bed: [9, 9]\ndesk: [90, 1]\nlamp: [1, 900]", given={"plan": PLAN}),
    Case("geo.regions", lambda: G.regions(gd.text.tag("region"), c("gold")), "<region>FR > Paris</region>",
         "<region>DE > Ulm</region>", "<region></region>", {"gold": ["FR", "Paris"]},
         every="<region>" + " > ".join(["DE", "IT", "FR", "Rome", "Paris"]) + "</region>"),
    Case("geo.cue_credit", lambda: Y.match(G.cues("position"), GOLDS, G.cue_credit(), key=G.cue_key)["b"].mean(empty=0),
         "cup position: (0.2, 0.4)", "cup position: (0.9, 0.9)", given={"golds": [CUE]},
         every="\n".join(f"cup position: ({x / 10}, {y / 10})" for x in range(5, 11) for y in range(11))),
]  # fmt: skip
PLAIN_GEO = [
    Plain("geo.km", lambda rng: G.km(item(rng), rng.choice([[48.85, 2.35], item(rng)])), 0, float("inf")),
    Plain("geo.find_coordinates", lambda rng: len(G.find_coordinates(soup(rng, "48.85 N, 2.35 E"))), 0, 1000),
    Plain("geo.cue_key", lambda rng: len(G.cue_key({"name": soup(rng, ""), "kind": soup(rng, ""), "value": 1})), 0, 9),
]

VALUES, NUMBERS_GIVEN = "1, 5, 2", {"gold": [1, 5, 2], "past": [3, 1]}
SERIES = [
    Case("series.values", lambda: found(E.values()), VALUES, "", "so", kind="reader"),
    Case("series.stretches", lambda: found(E.stretches()), "[3, 7]", "", "so", kind="reader"),
    Case("series.label", lambda: E.label(["walking", "standing"], gd.text.tag("class")) == "walking",
         "<class>walking</class>", "<class>standing</class>", "<class></class>",
         every="<class>walking, standing</class>"),
    Case("series.anomalies", lambda: E.anomalies(E.stretches(), c("gold"), length=c("n")), "[3, 7]", "[11, 12]",
         given={"gold": [[3, 7]], "n": 20}, every="0-19"),
    Case("series.changes", lambda: E.changes(E.values(), c("gold"), 2), VALUES, "90", given={"gold": [1, 5, 2]},
         every=", ".join(map(str, range(0, 400)))),
    Case("series.direction", lambda: E.direction(E.values(), c("gold"), c("past")), VALUES, "1, 0, 9",
         given=NUMBERS_GIVEN),
    Case("series.forecast", lambda: E.forecast(E.values(), c("gold")), VALUES, "-1, -5, -2", given=NUMBERS_GIVEN),
]  # fmt: skip


def _number(rng: Random) -> Any:
    return rng.choice([None, 0, 1, -1, rng.random(), rng.uniform(-1e3, 1e3), 1e300, -1e300, 1e-300, True])


def _figures(name: str, make: Any, low: float, high: float, draw: Any = None) -> Figures:
    def columns(rng: Random) -> dict[str, Any]:
        return {"x": _number(rng), "y": _number(rng), "m": [_number(rng) for _ in range(rng.randint(0, 4))],
                "prompt": rng.choice("pqr")}  # fmt: skip

    missing = ("missing", "domain", "empty", "lengths differ")
    return Figures(name, make, draw or columns, low, high, unscored=missing)


X, M, W = c("x"), c("m", "member"), gd.shaping
ANY = float("inf")
SHAPING = [
    _figures("shaping.anneal", lambda: W.anneal(1, 0, steps=4) * X.isscored(), 0, 1),
    _figures("shaping.auc", lambda: W.auc(X, c("y") > 0), 0, 1),
    _figures("shaping.by_difficulty", lambda: W.by_difficulty(X, [1, 2, 3]), 1, 3),
    _figures("shaping.dcg", lambda: W.dcg(M.clip(0, 1)), 0, 10),
    _figures("shaping.flipped", lambda: W.flipped(X > 0, 0.5), 0, 1),
    _figures("shaping.length_band", lambda: W.length_band(X, 100), -1, 0),
    _figures("shaping.length_cosine", lambda: W.length_cosine(X, 100, 2, 1), 1, 2),
    _figures("shaping.length_overlong", lambda: W.length_overlong(X, 20, 4), -1, 0),
    _figures("shaping.length_peak", lambda: W.length_peak(X), -ANY, 1),
    _figures("shaping.lexicographic", lambda: W.lexicographic(X, -c("y")), 1, 1e6),
    _figures("shaping.minmax", lambda: W.minmax(X.clip(0, 1), X.min(over="batch"), X.max(over="batch")), -ANY, ANY),
    _figures("shaping.pessimistic", lambda: W.pessimistic(M), -ANY, ANY),
    _figures("shaping.potential", lambda: W.potential(M).sum(empty=0), -ANY, ANY),
    _figures("shaping.power_mean", lambda: W.power_mean(M, -1), -ANY, ANY),
    _figures("shaping.tiers", lambda: W.tiers(X.clip(0, 1)), 0, 1),
]


def _loads(rng: Random) -> dict[str, Any]:
    load = rng.choice(
        [{"at": rng.uniform(-9, 9)}, {"at": soup(rng, "")}, {"at": "1/3", "size": rng.choice([0, "1/7"])}]
    )
    return {"loads": [load] * rng.randint(0, 3), "supports": rng.choice([[0, 1], [0, 0], [0, "9" * 40], [1]])}


MECHANICS = [
    _figures("mechanics.solved", lambda: gd.mechanics.solved(c("loads"), c("supports")).count(), 0, 2, _loads),
]

CALL = {"name": "w", "arguments": {"city": "Paris", "unit": "C"}}
CALL_TEXT = json.dumps(CALL)


def _call(rng: Random) -> Any:
    """A call as it may have been read: it always has a name and arguments."""
    try:
        arguments = json.loads(spoilt(rng, CALL_TEXT))["arguments"]
    except (ValueError, TypeError, KeyError, RecursionError):
        arguments = rng.choice([{"city": item(rng), "unit": item(rng)}, {}, {"city": "Paris"}])
    made = {"name": rng.choice(["w", "w", "", soup(rng, "")]), "arguments": arguments}
    return rng.choice([made, made, None]) if isinstance(arguments, dict) else None


PLAIN_TOOLS = [
    Plain("tools.call_accepted", lambda rng: gd.tools.call_accepted(_call(rng), {"w": {"city": ["Paris"]}}), 0, 1),
    Plain("tools.call_similarity", lambda rng: gd.tools.call_similarity(_call(rng), CALL), 0, 1),
]
PLAIN_MATH = [Plain("math.same", lambda rng: gd.math.same(spoilt(rng, r"\frac{1}{2}"), "1/2") or 0, 0, 1)]

CASES: list[Any] = [*RANKING, *SIMILARITY, *VISION, *GEO, *SERIES]
FIGURES: list[Any] = [*SHAPING, *MECHANICS]
PLAIN: list[Any] = [*PLAIN_SIMILARITY, *PLAIN_VISION, *PLAIN_GEO, *PLAIN_TOOLS, *PLAIN_MATH]
