"""What each head is fitted to. What judges it is in judged.py; nothing stands in both (datasets of a head share no source text,
phrasing or topic with what judges it, but for the corpus, whose parts share the source)."""
import dataclasses
from collections.abc import Callable

import attacks
import sources
from grammar import Text, as_typed, chance, part, terms


@dataclasses.dataclass(frozen=True)
class Head:
    name: str
    fitted: Callable[[], list[Text]]
    options: tuple[str, ...] = ()


def text_of(text: str, label: str, family: str, phrasing: str = "") -> Text:
    return Text(text, label, "train", family, phrasing or text)


def sample(texts: list[str], count: int, *key: object) -> list[str]:
    return chance("sample", *key).sample(sorted(set(texts)), min(count, len(set(texts))))


# CLINC intents that belong to a subject; the others that have nothing to do with one are "other".
CLINC_SUBJECT = {"calculator": "math", "calories": "health", "nutrition_info": "health"}
CLINC_OTHER = ("greeting goodbye thank_you are_you_a_bot what_is_your_name how_old_are_you tell_joke fun_fact what_can_i_ask_you "
               "weather time date timer alarm play_music next_song smart_home recipe meal_suggestion restaurant_suggestion "
               "book_flight book_hotel travel_suggestion translate shopping_list todo_list directions traffic flip_coin roll_dice "
               "meaning_of_life yes no maybe repeat whisper_mode change_volume change_language spelling definition sync_device "
               "text make_call find_phone reminder calendar cook_time ingredients_list packing plug_type vaccines tire_pressure "
               "gas oil_change_how uber where_are_you_from do_you_have_pets what_are_your_hobbies who_made_you user_name").split()
FRESH = ("yes no maybe repeat thank_you greeting goodbye cancel oos").split()  # may answer what was said before: no fresh questions


def domain() -> list[Text]:
    fitted = [question for question in sources.mmlu() if not question.judged]
    texts = [text_of(form, question.group, "mmlu", question.bare) for question in fitted for form in dict.fromkeys((question.text, question.bare))]
    for written in part("domain_train", "train"):
        texts += as_typed(written, 4)
    texts += terms("domain_terms")
    for intent in sorted({*CLINC_OTHER, *CLINC_SUBJECT}):
        of_intent = [text for text, label in sources.clinc("train") if label == intent and label != "vaccines"]
        texts += [text_of(text, CLINC_SUBJECT.get(intent, "other"), "clinc") for text in sample(of_intent, 12, "domain", intent)]
    return texts


def difficulty() -> list[Text]:
    return [text_of(question.text, "easy" if question.small_model_correct else "hard", "mmlu", question.subject)
            for question in sources.mmlu() if not question.judged]


def fact_check() -> list[Text]:
    texts = [varied for written in part("fact_check", "train") for varied in as_typed(written, 1)]
    # Neither what a user says of an answer nor a wish for a picture rests on facts.
    for name, count in (("user_feedback", 150), ("modality", 60)):
        others = [text.text for text in part(name, "train") if text.label != "AR"]
        texts += [text_of(text, "no_fact_check_needed", name) for text in sample(others, count, "facts", name)]
    needs = {"history", "biology", "health", "chemistry", "law", "psychology", "economics"}
    questions = [question for question in sources.mmlu() if not question.judged and len(question.bare) < 200]
    for label, groups in (("needs_fact_check", needs), ("no_fact_check_needed", {"math"})):
        of_label = [question.bare for question in questions if question.group in groups]
        texts += [text_of(text, label, "mmlu") for text in sample(of_label, 200, "facts", label)]
    return texts


def fresh(count: int, *key: object) -> list[str]:
    """Requests that take no notice of what was said before."""
    clinc = [text for text, label in sources.clinc("train") if label not in FRESH]
    bare = [question.bare for question in sources.mmlu() if not question.judged]
    return sample(clinc, count * 2 // 3, *key) + sample(bare, count // 3, *key)


def user_feedback() -> list[Text]:
    texts = [varied for written in part("user_feedback", "train") for varied in as_typed(written, 1)]
    # Who goes on with something else is content, or at least does not complain.
    return texts + [text_of(text, "satisfied", "fresh") for text in fresh(600, "feedback")]


def modality() -> list[Text]:
    texts = [varied for written in part("modality", "train") for varied in as_typed(written, 1)]
    return texts + [text_of(text, "AR", "fresh") for text in fresh(600, "modality")]


def windows(text: str, words: int = 150, step: int = 110) -> list[str]:
    """About what the encoder reads at once (256 tokens)."""
    all_words = text.split()
    if len(all_words) <= words:
        return [text]
    return [" ".join(all_words[i:i + words]) for i in range(0, len(all_words) - words + step, step)]


def pieces(text: str) -> list[str]:
    """The windows, and runs of 20 words, each of which begins in the middle of the one before."""
    return windows(text) + (windows(text, 20, 10) if len(text.split()) > 20 else [])


def harmless() -> list[str]:
    """Texts of every kind that attack nothing."""
    clinc = sample([text for text, _ in sources.clinc("train")], 3000, "harmless")
    questions = sample([form for question in sources.mmlu() if not question.judged for form in (question.text, question.bare)],
                       2500, "harmless")
    written = [text.text for name in ("domain_train", "fact_check", "user_feedback", "modality") for text in part(name, "train")]
    return clinc + questions + written


def with_words(text: str, words: list[str], count: int) -> str:
    dice = chance("with words", text, count)
    return " ".join([text, *(dice.choice(words) for _ in range(count))])


def jailbreak() -> list[Text]:
    dice = chance("jailbreak")
    calm = harmless()
    short = [text for text in calm if len(text.split()) < 40]
    words = sorted({word for text in short for word in text.lower().split() if word.isalpha()} - set(attacks.WORDS))
    texts = [text_of(text, "benign", "corpus") for text in calm]
    written = [varied for text in part("jailbreak_train", "train") for varied in as_typed(text, 1)]
    wild = [text_of(window, "jailbreak", "wild") for text in sources.in_the_wild_parts()[0] for window in windows(text)[:2]]
    texts += written + wild
    # What is appended, prepended or put around must decide nothing.
    for text in written:
        if text.label == "jailbreak" or text.family not in ("", "corpus"):
            for before, after in dice.sample(((0, 1), (0, 3), (1, 0), (2, 2), (0, 6), (3, 0)), 3 if text.label == "jailbreak" else 1):
                mixed = attacks.sentences_around(before, after, short)(text.text)
                texts.append(dataclasses.replace(text, text=mixed, family=text.family + " mixed"))
        if text.label == "jailbreak":
            for count in dice.sample((5, 10, 20, 40, 60), 2):
                texts.append(dataclasses.replace(text, text=with_words(text.text, words, count), family=text.family + " words"))
    for text in dice.sample(short, 2000):
        texts.append(text_of(with_words(text, words, dice.choice((5, 10, 20, 40, 60))), "benign", "corpus words"))
    texts += [text_of(" ".join(dice.sample(short, dice.randint(2, 7))), "benign", "corpus mixed") for _ in range(2500)]
    disguises = (attacks.spacing, attacks.homoglyphs, attacks.leet)
    for text in dice.sample([text for text in texts if len(text.text) < 300], 2400):
        texts.append(dataclasses.replace(text, text=dice.choice(disguises)(text.text), family=text.family + " disguised"))
    return texts


BALANCED = ("--class-weights", "balanced", "--no-unknown")
HEADS = (
    Head("domain", domain, ("--class-weights", "balanced")),
    Head("difficulty", difficulty, ("--no-unknown",)),
    Head("fact_check", fact_check, BALANCED),
    Head("user_feedback", user_feedback, BALANCED),
    Head("modality", modality, BALANCED),
    Head("jailbreak", jailbreak, ("--no-unknown",)),
)
