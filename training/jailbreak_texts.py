"""What the fine-tuned jailbreak classifier (finetune.py) is fitted to. Nothing of bench/jailbreak, training/fresh or the parts of
training/data that judge is in it."""
import dataclasses

import attacks
import sources
from datasets import sample, text_of, windows, with_words
from grammar import Text, as_typed, chance, part

SENTENCES = ((0, 1), (0, 3), (1, 0), (2, 2), (3, 0), (1, 1))
WORDS = (5, 10, 20, 40)


def calm() -> list[str]:
    """Everyday texts that neither attack nor resemble an attack."""
    clinc = sample([text for text, _ in sources.clinc("train")], 700, "finetune")
    fitted = [question for question in sources.mmlu() if not question.judged]
    questions = sample([question.bare for question in fitted], 400, "finetune") + sample([question.text for question in fitted], 120, "finetune")
    written = [text.text for name in ("domain_train", "fact_check", "user_feedback", "modality") for text in part(name, "train")]
    return clinc + questions + sample(written, 500, "finetune")


def mixed(text: Text, sentences: list[str], words: list[str]) -> Text:
    """Among other sentences, or with words appended: where an order stands must not matter, and what is around it neither."""
    dice = chance("finetune mixed", text.text)
    if dice.random() < 0.35:
        changed = with_words(text.text, words, dice.choice(WORDS))
    else:
        changed = attacks.sentences_around(*dice.choice(SENTENCES), sentences)(text.text)
    return dataclasses.replace(text, text=changed, family=text.family + " mixed")


def fitted() -> list[Text]:
    everyday = calm()
    sentences = sorted({text for text in everyday if 3 < len(text.split()) < 40})
    words = sorted({word for text in sentences for word in text.lower().split() if word.isalpha()} - set(attacks.WORDS))
    texts = [text_of(text, "benign", "everyday") for text in everyday]
    dice = chance("finetune")
    texts += [text_of(" ".join(dice.sample(sentences, dice.randint(2, 7))), "benign", "everyday mixed") for _ in range(300)]
    texts += [text_of(with_words(text, words, dice.choice(WORDS)), "benign", "everyday words") for text in dice.sample(sentences, 200)]
    written = part("jailbreak_train", "train") + part("jailbreak_more_train", "train")
    texts += [varied for text in written if text.family != "encoded" for varied in as_typed(text, 1)[-1:]]
    texts += [mixed(text, sentences, words) for text in written]
    wild = sources.in_the_wild_parts()[0]
    texts += [text_of(windows(text, 70, 50)[0], "jailbreak", "wild") for text in wild]
    found: dict[str, Text] = {}
    for text in texts:
        found.setdefault(text.text, text)
    return list(found.values())
