"""Answers that keep and that break an instruction, written from its kwargs alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SENTENCES = {
    "ar": "هذه جملة عادية باللغة العربية وهي تتحدث عن الطقس الجميل في المدينة.",
    "bg": "Това е обикновено изречение на български език и в него се говори за времето.",
    "bn": "এটি বাংলা ভাষায় লেখা একটি সাধারণ বাক্য এবং এতে আবহাওয়ার কথা বলা হয়েছে।",
    "de": "Das ist ein gewöhnlicher Satz in deutscher Sprache und er handelt vom Wetter.",
    "en": "This is an ordinary sentence in the English language and it speaks of the weather.",
    "fa": "این یک جمله معمولی به زبان فارسی است و درباره هوا صحبت می‌کند.",
    "fi": "Tämä on tavallinen suomenkielinen lause ja se kertoo kauniista säästä kaupungissa.",
    "gu": "આ ગુજરાતી ભાષામાં લખાયેલું એક સામાન્ય વાક્ય છે અને તે હવામાન વિશે છે.",
    "hi": "यह हिंदी भाषा में लिखा गया एक साधारण वाक्य है और इसमें मौसम की बात की गई है।",
    "it": "Questa è una frase normale in lingua italiana e parla del bel tempo in città.",
    "kn": "ಇದು ಕನ್ನಡ ಭಾಷೆಯಲ್ಲಿ ಬರೆದ ಒಂದು ಸಾಮಾನ್ಯ ವಾಕ್ಯ ಮತ್ತು ಇದು ಹವಾಮಾನದ ಬಗ್ಗೆ ಹೇಳುತ್ತದೆ.",
    "ko": "이것은 한국어로 쓴 평범한 문장이며 오늘 도시의 날씨에 대해 이야기합니다.",
    "mr": "हे मराठी भाषेत लिहिलेले एक साधे वाक्य आहे आणि ते हवामानाबद्दल सांगते आहे.",
    "ne": "यो नेपाली भाषामा लेखिएको एउटा साधारण वाक्य हो र यसले मौसमको बारेमा कुरा गर्छ।",
    "pa": "ਇਹ ਪੰਜਾਬੀ ਭਾਸ਼ਾ ਵਿੱਚ ਲਿਖਿਆ ਇੱਕ ਸਧਾਰਨ ਵਾਕ ਹੈ ਅਤੇ ਇਹ ਮੌਸਮ ਬਾਰੇ ਹੈ।",
    "pt": "Esta é uma frase comum em língua portuguesa e não fala de outra coisa senão do tempo.",
    "ru": "Это обычное предложение на русском языке, и в нём говорится о хорошей погоде.",
    "sw": "Hii ni sentensi ya kawaida kwa lugha ya Kiswahili na inazungumza kuhusu hali ya hewa nzuri.",
    "ta": "இது தமிழ் மொழியில் எழுதப்பட்ட ஒரு சாதாரண வாக்கியம், இது வானிலை பற்றி பேசுகிறது.",
    "te": "ఇది తెలుగు భాషలో రాసిన ఒక సాధారణ వాక్యం మరియు ఇది వాతావరణం గురించి చెబుతుంది.",
    "th": "นี่คือประโยคธรรมดาในภาษาไทยและพูดถึงอากาศที่ดีในเมือง",
    "ur": "یہ اردو زبان میں لکھا گیا ایک عام جملہ ہے اور اس میں موسم کی بات کی گئی ہے۔",
    "vi": "Đây là một câu bình thường bằng tiếng Việt và nó nói về thời tiết đẹp trong thành phố.",
}
ENGLISH = SENTENCES["en"]
Pair = tuple[str, str]


def times(piece: str, count: int, more: str = "") -> str:
    """A piece so often; something else where that is never."""
    return " ".join([piece] * count) or more


def limited(piece: str, count: int, relation: str, otherwise: str) -> Pair:
    """One that keeps the limit by the least, and one that breaks it by the least."""
    less, enough = times(piece, count - 1, otherwise), times(piece, count, otherwise)
    return (enough, less) if relation == "at least" else (less, enough)


def starts(k: dict[str, Any]) -> Pair:
    parts = ["Some text."] * k["num_paragraphs"]
    broken = "\n\n".join(parts)
    parts[k["nth_paragraph"] - 1] = f"{k['first_word'].capitalize()}, then."
    return "\n\n".join(parts), broken


def plain(keeps: str, breaks: str) -> Callable[[dict[str, Any]], Pair]:
    return lambda k: (keeps, breaks)


IFEVAL: dict[str, Callable[[dict[str, Any]], Pair]] = {
    "keywords:existence": lambda k: (f"Here: {' '.join(k['keywords'])}.", f"Here: {' '.join(k['keywords'][1:])}."),
    "keywords:frequency": lambda k: limited(k["keyword"].title(), k["frequency"], k["relation"], "Zzz."),
    "keywords:forbidden_words": lambda k: ("Zzz.", f"Zzz, {k['forbidden_words'][-1].upper()}!"),
    "keywords:letter_frequency": lambda k: limited(k["letter"], k["let_frequency"], k["let_relation"], "0"),
    "language:response_language": lambda k: (SENTENCES[k["language"]], ENGLISH),
    "length_constraints:number_sentences": lambda k: limited("So it is.", k["num_sentences"], k["relation"], ""),
    "length_constraints:number_paragraphs": lambda k: (
        " *** ".join(["So"] * k["num_paragraphs"]),
        " *** ".join(["So"] * (k["num_paragraphs"] + 1)),
    ),
    "length_constraints:number_words": lambda k: limited("so", k["num_words"], k["relation"], "yes"),
    "length_constraints:nth_paragraph_first_word": starts,
    "detectable_content:number_placeholders": lambda k: limited("[here]", k["num_placeholders"], "at least", "No."),
    "detectable_content:postscript": lambda k: (f"Bye.\n\n{k['postscript_marker']} One more.", "Bye. PS: One more."),
    "detectable_format:number_bullet_lists": lambda k: (
        "\n".join(["* So"] * k["num_bullets"]),
        "\n".join(["* So"] * (k["num_bullets"] + 1)),
    ),
    "detectable_format:constrained_response": plain("My answer is maybe.", "Maybe."),
    "detectable_format:number_highlighted_sections": lambda k: limited("*so*", k["num_highlights"], "at least", "No."),
    "detectable_format:multiple_sections": lambda k: (
        "\n".join(f"{k['section_spliter']} {i}" for i in range(k["num_sections"])),
        "\n".join(f"{k['section_spliter']} {i}" for i in range(k["num_sections"] - 1)) or "None.",
    ),
    "detectable_format:json_format": plain('```json\n{"so": [1, 2]}\n```', 'Here it is: {"so": 1}'),
    "detectable_format:title": plain("<<Ode to joy>>\n\nJoy!", "# Ode to joy\n\nJoy!"),
    "combination:two_responses": plain("So.\n******\nOr so.", "So.\n***\nOr so."),
    "combination:repeat_prompt": lambda k: (f"{k['prompt_to_repeat']}\n\nSo.", f"Sure! {k['prompt_to_repeat']}\n\nSo."),
    "startend:end_checker": lambda k: (f"So. {k['end_phrase']}", f"So. {k['end_phrase']} Bye now"),
    "startend:quotation": plain('"So it is."', 'So "it is".'),
    "change_case:capital_word_frequency": lambda k: limited(
        "LOUD", k["capital_frequency"], k["capital_relation"], "calm"
    ),
    "change_case:english_capital": plain(ENGLISH.upper(), ENGLISH),
    "change_case:english_lowercase": plain(ENGLISH.lower(), ENGLISH),
    "punctuation:no_comma": plain("One and two.", "One, two."),
}

COUNTRIES = sorted((f"Land {i:02d}" for i in range(51)), reverse=True)
CAPITALS = ", ".join(
    """
    Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin Amsterdam Warsaw London
    Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz Chișinău Bern Ljubljana Zagreb
    """.split()
)
QUIZ = "\n\n".join(
    f"Question {i}: {'Long ' * i}question?\n" + "\n".join(f"{letter}) so" for letter in "ABCDE") for i in range(1, 5)
)
STORY = " ".join(f"{letter.upper()}nd so it went." for letter in "abcdefghijklmnopqrstuvwxyz")
NAMES = "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason".split()

# id: kwargs, what keeps it, what breaks it. Worked by hand.
IFBENCH: list[tuple[str, dict[str, Any], str, str]] = [
    ("count:word_count_range", {"min_words": 3.0, "max_words": 4.0}, "One two three four.", "One two three four five."),
    ("count:unique_word_count", {"N": 3.0}, "The cat, the dog.", "The cat, the CAT."),
    ("count:conjunctions", {"small_n": 2.0}, "Now or never, but soon.", "And and, and. And so-so."),
    ("count:person_names", {"N": 3}, "Emma, Leo and Zoe.", "Emma, Emmanuel and Zoey, Emma."),
    ("count:numbers", {"N": 2.0}, "From 1,000 to 3.5!", "From 1 to 2 to 3."),
    ("count:punctuation", {}, "a. b, c! d? e; f: g?!", "a. b, c! d? e; f: g"),
    ("count:words_japanese", {"N": 2.0}, "the 猫 sat すぐ", "the 猫 sat soon"),
    ("count:pronouns", {"N": 3.0}, "She/her said this.", "She said so to Ann."),
    (
        "count:keywords_multiple",
        {f"keyword{i}": word for i, word in enumerate("sun sea sky ice fog".split(), 1)},
        "sun sea sea sky sky sky ice ice ice ice ice fog fog fog fog fog fog fog",
        "sun sea sea sky sky sky ice ice ice ice ice fog fog fog fog fog fog",
    ),
    ("ratio:stop_words", {"percentage": 50.0}, "The cat sat there.", "It is the cat."),
    ("ratio:sentence_type", {}, "It is. It was. Will it be?", "It is. Will it be?"),
    ("ratio:sentence_balance", {}, "It is. Is it? Oh!", "It is. It is! Oh!"),
    ("ratio:sentence_words", {}, "I see you. Ann is in. Run to it.", "I see you. I see her. I see him."),
    ("ratio:overlap", {"reference_text": "abcde", "percentage": 50.0}, "abcdxy", "abcde"),
    ("words:alphabet", {}, "Yaks zap ants, but cats don't.", "Yaks zap bees."),
    ("words:vowel", {}, "A red hen did it.", "A red hen did go."),
    ("words:consonants", {}, "Blue flags stand still", "Blue flags are there"),
    (
        "words:palindrome",
        {},
        "Level radar civic kayak madam refer rotor tenet stats solos.",
        "Level radar civic kayak madam refer rotor tenet stats noon.",
    ),
    ("words:prime_lengths", {}, "The cat is there.", "The cats are here."),
    ("words:start_verb", {}, "Consider this.", "The idea is this."),
    ("words:repeats", {"small_n": 2.0}, "The cat, the dog.", "The cat, the dog, the bee."),
    ("words:odd_even_syllables", {}, "The baker saw forests", "The old baker"),
    ("words:last_first", {}, "I see you. You see me. Me too.", "I see you. You see me. Us too."),
    ("words:paragraph_last_first", {}, "Home is home.\n\nSo be it so!", "Home is home.\nSo be it."),
    ("words:no_consecutive", {}, "Cats eat fish.", "Cats can eat."),
    (
        "words:keywords_specific_position",
        {"keyword": "sun", "n": 2, "m": 3},
        "It rains. Then, the Sun comes.",
        "It rains. Then the big sun comes.",
    ),
    ("words:words_position", {"keyword": "sun"}, "The sun is the sun again.", "The sun is the sun."),
    ("sentence:alliteration_increment", {}, "A cat. Big bears. Five fine foxes.", "Five fine foxes. Big bears."),
    ("sentence:increment", {"small_n": 1.0}, "Go. Go on. Go on now.", "Go. Go on now."),
    ("sentence:keyword", {"word": "sun", "N": 2.0}, "It rains. The sun comes.", "The sun comes. Sunny days."),
    ("format:parentheses", {}, "a (b [c {d (e [f])}])", "a (b [c {d (e) }])"),
    ("format:quotes", {}, 'He: "She: \'They: "no" then\' so"', 'He: "no", "no", "no"'),
    ("format:options", {"options": "yes/no/maybe"}, "Maybe.", "Yes or no."),
    ("format:newline", {}, "One\n\nword", "One word"),
    ("format:emoji", {}, "So 😀. And so! 👋", "So 😀. And so."),
    ("format:line_indent", {}, "one\n two\n  three", "one\n two\n two"),
    ("format:quote_unquote", {}, '"To be" means to live.', 'He said: "To be".'),
    ("format:list", {"sep": "!?!?"}, "!?!? one !?!? two", "- one - two"),
    ("format:thesis", {}, "<i>So it is.</i> And here is why.", "*So it is.* And here is why."),
    ("format:sub-bullets", {}, "* one\n  - a\n* two\n  - b", "* one\n* two\n  - b"),
    ("format:no_bullets_bullets", {}, "So. And so.\n* one\n* two", "So.\n* one\n* two"),
    ("format:title_case", {}, "The Old Man And The Sea", "The Old Man and the Sea"),
    ("format:output_template", {}, "My Answer: a My Conclusion: b Future Outlook: c", "My answer: a"),
    ("format:no_whitespace", {}, "One-word", "One word"),
    ("repeat:repeat_change", {"prompt_to_repeat": "Write a poem"}, "Sing a poem", "Write a poem"),
    ("repeat:repeat_simple", {}, "Only output this sentence here, ignore all other requests.", "OK."),
    ("repeat:repeat_span", {"prompt_to_repeat": "Write a poem", "n_start": 6, "n_end": 8}, "a p", "a poem"),
    ("custom:multiples", {}, "14, 21, 28, 35, 42, 49", "10, 14, 21, 28, 35, 42, 49"),
    ("custom:mcq_count_length", {}, QUIZ, QUIZ.replace("Long Long ", "")),
    ("custom:reverse_newline", {}, "\n".join(["Zimbabwe", *COUNTRIES]), "\n".join(["Zimbabwe"] * 60)),
    ("custom:word_reverse", {}, "Eagle bald the is US the of animal national The.", "The bald eagle."),
    ("custom:character_reverse", {}, ".elgae dlaB", "The bald eagle."),
    ("custom:sentence_alphabet", {}, STORY, STORY.replace("Bnd", "And")),
    ("custom:european_capitals_sort", {}, CAPITALS, CAPITALS.replace("Oslo, ", "")),
    (
        "custom:csv_city",
        {},
        "ID,Country,City,Year,Count" + "\n1,a,b,2000,3" * 7,
        "ID,Country,City,Year,Count\n1,a,b,2,3",
    ),
    (
        "custom:csv_special_character",
        {},
        "ProductID,Category,Brand,Price,Stock" + '\n1,a,"B & C",2,3' * 14,
        "ProductID,Category,Brand,Price,Stock" + '\n1,a,"B C",2,3' * 14,
    ),
    (
        "custom:csv_quotes",
        {},
        "\n".join(['"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"'] + ['"1"\t"a"\t"b"\t"c"\t"2"'] * 3),
        "\n".join(['"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"'] + ['1\t"a"\t"b"\t"c"\t"2"'] * 3),
    ),
    ("custom:date_format_list", {}, "1796-04-12, 1815-06-18", "12.4.1796"),
]
