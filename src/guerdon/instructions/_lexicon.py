"""Closed classes of English words and fixed lists that the benchmarks' constraints name."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """
    a about above after again against ain all am an and any are aren as at be because been before being below between
    both but by can couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn
    have haven having he her here hers herself him himself his how i if in into is isn it its itself just ll m ma me
    mightn more most mustn my myself needn no nor not now o of off on once only or other our ours ourselves out over own
    re s same shan she should shouldn so some such t than that the their theirs them themselves then there these they
    this those through to too under until up ve very was wasn we were weren what when where which while who whom why
    will with won wouldn y you your yours yourself yourselves
    """.split()
)

CONJUNCTIONS = frozenset("and but for nor or so yet".split())

PRONOUNS = frozenset(
    """
    i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves this that these those who whom whose which what whoever
    whomever whatever whichever anybody anyone anything everybody everyone everything nobody nothing somebody someone
    something each either neither both all some any none
    """.split()
)

PERSON_NAMES = tuple(
    """
    Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia Benjamin Harper
    Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah Layla
    Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan
    """.split()
)

NORTHERN_CAPITALS = tuple(
    """
    Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin Amsterdam Warsaw London
    Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz Chisinau Bern Ljubljana Zagreb
    """.split()
)
"""Capitals of Europe north of 45 degrees, from north to south, as IFBench lists them."""

# Verbs with which answers often begin, in their base form; their regular and irregular forms follow from VERB_FORMS.
VERBS = frozenset(
    """
    accept access achieve acknowledge acquire act adapt add address adjust admire adopt advise agree aim align allow
    allocate amend analyze analyse announce answer anticipate apologize apply appoint appreciate approach approve argue
    arrange arrive ask assemble assess assign assist associate assume assure attach attack attempt attend attract avoid
    awaken bake balance base bask battle be beat become beg begin behold believe belong bend bind blend boast boil book
    boost borrow bounce bow break breathe bring brew browse build burn buy calculate call capture care carry cast catch
    cause celebrate challenge change charge chase check cheer choose circulate cite claim clarify classify clean clear
    click climb close collaborate collect combine come commence commit communicate compare compete compile complete
    compose compress compute concentrate conclude conduct configure confirm connect conquer consider consist construct
    consult consume contact contain continue contribute control convert convey convince cook coordinate copy correct
    count cover craft create cross cry cultivate customize cut dance dare deal debate decide declare decode decrease
    dedicate deepen define deliver delve demand demonstrate deny depart depend deploy derive describe deserve design
    determine develop devise dip direct disappear discover discuss display distinguish distribute dive divide do
    document donate double download draft draw dream drink drive drop earn eat edit educate eliminate embark embed
    embrace emerge emphasize employ empower enable encounter encourage end endure engage enhance enjoy enlist ensure
    enter envision establish estimate evaluate evolve examine exceed exclude execute exercise exist expand expect
    experience experiment explain explore express extend extract face facilitate fail fall feel fetch fight figure fill
    filter find finish fit fix float flourish flow fly focus fold follow forget forgive form formulate foster frame fry
    gain gather gaze generate get give glance go grab grant grasp greet grind grow guarantee guess guide handle hang
    happen harness hate have heal hear heat help hide highlight hire hold hope host hunt identify ignite ignore
    illustrate imagine immerse implement import improve include incorporate increase indicate influence inform inherit
    initialize initiate inquire insert inspect inspire install integrate intend interpret introduce invent invest
    investigate invite involve isolate join judge jump justify keep kick kill know lack land laugh launch lay lead lean
    leap learn leave lend let leverage lie lift light like limit link list listen live load locate look lose love
    maintain make manage map march mark master match maximize mean measure meet melt mention merge minimize mix modify
    monitor mount move multiply navigate need negotiate note notice nurture obey observe obtain occur offer open operate
    optimize order organize originate overcome own pack paint participate pass pause pay perform permit persuade pick
    place plan plant play plunge point ponder pour practice practise praise pray predict prefer prepare present
    preserve press prevent print prioritize proceed process produce program promise promote prompt propose protect prove
    provide publish pull pursue push put question quit raise reach react read realize recall receive recognize recommend
    record recover reduce refer refine reflect refuse regard register regret reinforce relate relax release rely remain
    remember remind remove render repeat replace reply report represent request require research resolve respect respond
    rest restore restrict result retain retrieve return reveal review revise reward ride ring rise roll run rush save
    say schedule scream scroll search see seek seem select sell send separate serve set settle shake shape share shift
    shine shoot show shut sigh sign simplify simulate sing sit sketch skip sleep slice smell smile solve sort sound
    spark speak specify spend spin split spread spring stand start state stay steal step stick stimulate stir stop store
    strengthen stretch strike strive structure struggle study submit subscribe succeed suffer suggest suit summarize
    supply support suppose surround survive suspect sustain swim switch take talk taste teach tear tell tend test thank
    think thrive throw tie touch trace track trade train transform translate travel treat trust try turn type
    understand undertake unleash unlock unravel unveil update upgrade uphold upload use utilize validate value vary
    verify view visit visualize vote wait wake walk wander want warn wash watch wear weave welcome whip whirr whisk
    whisper win wish witness wonder work worry wrap write yearn yield
    brainstorm breach criticize critique elaborate hallucinate migrate name pretend redo remake rewrite sum tweak
    """.split()
)

# Forms that no rule derives.
_IRREGULAR = """
    am is are was were been being has had having does did done went gone made came took taken gave given got gotten
    found thought told became left felt brought began begun kept held wrote written stood heard meant met ran paid sat
    spoke spoken lay lain led grew grown lost fell fallen sent built understood drew drawn broke broken spent cut rose
    risen drove driven bought wore worn chose chosen ate eaten sang sung sank sunk swam swum taught caught fought sought
    slept swept wept dealt dreamt leapt knelt lent bent bound wound hung stuck struck swung spun won shone shot sold
    told said shook shaken stole stolen tore torn threw thrown woke woken wove woven flew flown knew known blew blown
    saw seen shown hidden bitten beaten forgotten forgiven proven arose arisen
    can could may might must shall should will would
""".split()


def _forms(verb: str) -> set[str]:
    """The regular forms of a verb, with its last consonant single and double."""
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else verb
    found = {verb, verb + "s", stem + "ing", stem + "ed"}
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        found.add(verb + "es")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        found |= {verb[:-1] + "ies", verb[:-1] + "ied"}
    if verb[-1] not in "aeiouwxy" and verb[-2:-1] and verb[-2] in "aeiou":
        found |= {verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
    if verb.endswith("ie"):
        found.add(verb[:-2] + "ying")
    return found


VERB_FORMS = frozenset(form for verb in VERBS for form in _forms(verb)) | frozenset(_IRREGULAR)

NO_VERBS = (
    STOP_WORDS
    | CONJUNCTIONS
    | PRONOUNS
    | frozenset(name.lower() for name in PERSON_NAMES)
    | frozenset(
        """
        according additionally across albeit also although always another apart around aside beyond certainly
        concerning consequently currently despite dear else especially eventually ever every finally first firstly
        furthermore generally hello hence hey hi however humans indeed initially instead interestingly largely last
        lastly later likewise many maybe meanwhile moreover much neither nevertheless next nonetheless none nope ok okay
        one once overall perhaps possibly presumably second secondly several similarly since sorry specifically
        surely third thirdly though thus today together tomorrow two typically ultimately unfortunately unlike unless
        upon usually via well whereas whether while within without yes yesterday zero
        """.split()
    )
) - frozenset("am is are was were be been being have has had having do does did doing can will".split())
"""Words that are no verbs, wherever they stand."""
