"""What bench/learned/run.py measures with: heads, configurations and texts of a wanted number of tokens."""
import json
import pathlib
import random
import subprocess

EXAMPLES = {
    "subjects": {
        "math": ["Solve 3x + 5 = 20 for x.", "What is the integral of x squared?", "Is 97 a prime number?", "Factor the polynomial x^2 - 9.",
                 "What is the derivative of sine?", "How many permutations do five items have?"],
        "law": ["Can my landlord evict me without notice?", "What is the penalty for breach of contract?", "How do I appeal a court decision?",
                "Who inherits when there is no will?", "Is a verbal agreement legally binding?", "What is the statute of limitations for fraud?"],
        "health": ["What are the symptoms of the flu?", "How much ibuprofen may an adult take?", "Why does my knee hurt when I run?",
                   "How is diabetes treated?", "Can stress cause headaches?", "Which vaccines does a baby need?"],
    },
    "facts": {
        "needs_fact_check": ["Who won the world cup in 1998?", "When was the Eiffel Tower built?", "What is the population of Peru?",
                             "How tall is Mount Everest?", "Which year did the war end?", "Who discovered penicillin?"],
        "no_fact_check_needed": ["Write a poem about rain.", "Rewrite this sentence politely.", "Give me ideas for a party.",
                                 "Refactor this function.", "Translate good morning to French.", "Tell me a joke."],
    },
    "feedback": {
        "satisfied": ["Thanks, that helps.", "Perfect, exactly what I needed.", "Great answer.", "That works, thank you.", "Nice.", "Good, all clear."],
        "need_clarification": ["What do you mean by that?", "I do not understand the second step.", "Can you explain?", "Which one is it?",
                               "What is the difference?", "How so?"],
        "wrong_answer": ["That is wrong.", "No, this is not correct.", "The result is false.", "You made a mistake.", "It fails.", "This is not true."],
        "want_different": ["Give me another version.", "Try a different approach.", "Show me something else.", "Another example please.",
                           "Do it in a shorter way.", "Use another style."],
    },
}
# Each is one token of the uncased BERT vocabulary.
WORDS = ("the house water time people world life school state family student group country problem hand part place case week company system "
         "program question work government number night point home room mother area money story fact month lot right study book eye job word "
         "business issue side kind head service friend father power hour game line end member law car city community name president team minute "
         "idea kid body information back parent face others level office door health person art war history party result change morning reason "
         "research girl guy moment air teacher force education").split()
PREVIOUS = "Where is the invoice of my last order?"  # the turn before, which an earlier request has encoded


def train(binary: pathlib.Path, encoder: pathlib.Path, folder: pathlib.Path) -> None:
    for name, labels in EXAMPLES.items():
        if (folder / name / "head.json").exists():
            continue
        file = folder / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for label, texts in labels.items() for text in texts))
        subprocess.run([binary, "train", "--encoder", encoder, "--precision", "fp32", "--labels", file, "--out", folder / name, "--json"],
                       check=True, stdout=subprocess.DEVNULL)


def text(tokens: int, seed: int) -> str:
    """That many tokens with [CLS] and [SEP]; another text for each seed."""
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(tokens - 2))


def body(tokens: int, seed: int) -> bytes:
    turns = [{"role": "user", "content": PREVIOUS}, {"role": "assistant", "content": "It is in your mail."},
             {"role": "user", "content": text(tokens, seed)}]
    return json.dumps({"messages": turns}).encode()


# What each learned signal adds to a configuration: its rule, and a leaf of the one decision.
SIGNALS = {
    "embedding": ({"embeddings": [{"name": "refund", "threshold": 0.6, "candidates": ["I was charged twice.", "Give me my money back."]}]}, "refund"),
    "domain": ({"domains": [{"name": name} for name in EXAMPLES["subjects"]]}, "law"),
    "fact_check": ({"fact_check": [{"name": name} for name in EXAMPLES["facts"]]}, "needs_fact_check"),
    "user_feedback": ({"user_feedbacks": [{"name": name} for name in EXAMPLES["feedback"]]}, "wrong_answer"),
    "complexity": ({"complexity": [{"name": "need", "threshold": 0.1, "hard": {"candidates": ["Prove this theorem step by step."]},
                                    "easy": {"candidates": ["Say hello."]}}]}, "need:hard"),
    "preference": ({"preferences": [{"name": "brief", "description": "The user wants a short answer."},
                                    {"name": "thorough", "description": "The user wants every detail explained."}]}, "brief"),
    "reask": ({"reasks": [{"name": "again", "threshold": 0.6}]}, "again"),
    "kb": ({"kb": [{"name": "billing", "kb": "support", "target": {"kind": "label", "value": "billing"}}]}, "billing"),
}


def configuration(kinds: list[str], encoder: pathlib.Path, folder: pathlib.Path, ports: tuple[int, int], threads: int) -> dict:
    """JSON, which is YAML, too."""
    signals = {key: rules for kind in kinds for key, rules in SIGNALS[kind][0].items()}
    leaves = [{"type": kind, "name": SIGNALS[kind][1]} for kind in kinds] or [{"type": "keyword", "name": "urgent"}]
    if not kinds:
        signals = {"keywords": [{"name": "urgent", "operator": "OR", "keywords": ["urgent"]}]}
    base = folder / "kb"
    base.mkdir(exist_ok=True)
    (base / "labels.json").write_text(json.dumps({"labels": {
        "billing": {"description": "", "exemplars": ["I was charged twice", "where is my invoice"]},
        "travel": {"description": "", "exemplars": ["book a flight", "hotel in Rome"]}}}))
    return {
        "version": "v1",
        "listeners": [{"name": "bench", "address": "127.0.0.1", "port": ports[0]}],
        "providers": {"defaults": {"default_model": "m"}, "models": [{"name": "m", "backend_refs": [{"name": "b", "endpoint": "127.0.0.1:1"}]}]},
        "routing": {"modelCards": [{"name": "m"}], "signals": signals,
                    "decisions": [{"name": "d", "rules": {"operator": "AND", "conditions": leaves}, "modelRefs": [{"model": "m"}]}]},
        "global": {
            "services": {"management_api": {"bind_address": "127.0.0.1", "port": ports[1]}},
            "model_catalog": {
                "precision": "fp32",
                "runtime": {"threads": threads},
                "embeddings": {"semantic": {"bert_model_path": str(encoder), "embedding_config": {"model_type": "bert"}}},
                "modules": {"classifier": {"domain": {"model_id": str(folder / "subjects")}},
                            "hallucination_mitigation": {"fact_check": {"model_id": str(folder / "facts")}},
                            "feedback_detector": {"model_id": str(folder / "feedback")}},
                "kbs": [{"name": "support", "source": {"path": str(base)}, "threshold": 0.5}],
            },
        },
    }
