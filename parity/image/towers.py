"""The reference of a joint model: its towers as transformers computes them, whatever folder they come from."""
import json
import pathlib

import safetensors.torch
import tokenizers
import torch
import transformers


def kind_of(folder: pathlib.Path) -> str:
    config = json.loads((folder / "config.json").read_text())
    return config.get("model_type") or ("embed-large" if "model" in config else "embed-small")


def part(folder: pathlib.Path, prefix: str) -> dict:
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def filled(module: torch.nn.Module, tensors: dict) -> torch.nn.Module:
    module.load_state_dict(tensors)
    return module


def towers_of(folder: pathlib.Path):
    """Whoever has image(), size and layers for this folder."""
    if kind_of(folder) == "efficientnet_lite":
        from efficientnet import EfficientNetTower  # a package that no other model needs
        return EfficientNetTower(folder)
    return Towers(folder)


class Towers:
    """`vision` is a transformers vision model; states, pooled and projected are what the issue's bounds are about."""

    def __init__(self, folder: pathlib.Path):
        self.kind = kind_of(folder)
        config = json.loads((folder / "config.json").read_text())
        if self.kind in ("siglip", "clip"):
            self.joint = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager").double().eval()
            self.vision, self.projection = self.joint.vision_model, getattr(self.joint, "visual_projection", None)
            self.text = self.joint.text_model
            self.text_projection = getattr(self.joint, "text_projection", None)
            return
        if self.kind in ("siglip_vision_model", "clip_vision_model"):
            model = transformers.SiglipVisionModel if self.kind.startswith("siglip") else transformers.CLIPVisionModelWithProjection
            whole = model.from_pretrained(folder, attn_implementation="eager").double().eval()
            self.vision, self.projection = getattr(whole, "vision_model", whole), getattr(whole, "visual_projection", None)
            return
        small = self.kind == "embed-small"
        vision = transformers.SiglipVisionConfig(**config["vision_config"], attn_implementation="eager")
        image_prefix = "image_encoder.vision_encoder." if small else "image_model.vision_model."
        self.vision = filled(transformers.SiglipVisionModel(vision), part(folder, image_prefix)).double().eval()
        projection = part(folder, "image_encoder.projection." if small else "image_proj.")
        self.projection = filled(torch.nn.Linear(*reversed(projection["weight"].shape)), projection).double()
        self.text_projection = None
        if small:
            keys = {"text_vocab_size": "vocab_size", "text_hidden_size": "hidden_size", "text_num_layers": "num_hidden_layers",
                    "text_num_heads": "num_attention_heads", "text_intermediate_size": "intermediate_size", "text_max_positions": "max_position_embeddings"}
            text = transformers.BertModel(transformers.BertConfig(
                **{to: config[key] for key, to in keys.items()}, attn_implementation="eager"), add_pooling_layer=False)
            self.text = filled(text, part(folder, "text_encoder.encoder.")).double().eval()
        else:
            known = transformers.ModernBertConfig(**config["text_config"], attn_implementation="eager")
            self.text = filled(transformers.ModernBertModel(known), part(folder, "text_model.0.auto_model.")).double().eval()

    @property
    def size(self) -> int:
        return self.vision.config.image_size

    @property
    def layers(self) -> int:
        return self.vision.config.num_hidden_layers

    def image(self, pixels: torch.Tensor) -> dict:
        """Of one image [3, height, width]: the states by name, in order."""
        stages, hooks = {}, []

        def note(name, pick=lambda output: output[0] if isinstance(output, tuple) else output):
            return lambda module, inputs, output: stages.__setitem__(name, pick(output)[0])

        layers = self.vision.encoder.layers
        first = getattr(self.vision, "pre_layrnorm", None)
        hooks.append((first or self.vision.embeddings).register_forward_hook(note("patch embedding")))
        for number, layer in enumerate(layers):
            hooks.append(layer.layer_norm2.register_forward_pre_hook(
                lambda module, inputs, number=number: stages.__setitem__(f"layer {number} attention", inputs[0][0])))
            hooks.append(layer.register_forward_hook(note(f"layer {number} mlp")))
        with torch.no_grad():
            result = self.vision(pixel_values=pixels[None])
        for hook in hooks:
            hook.remove()
        stages[f"layer {len(layers) - 1} mlp"] = result.last_hidden_state[0]
        pooled = result.last_hidden_state[0, 1:].mean(dim=0) if self.kind == "embed-large" else result.pooler_output[0]
        stages["pooling head"] = pooled
        if self.projection is not None:
            stages["projection"] = self.projection(pooled)
        stages["vector"] = torch.nn.functional.normalize(list(stages.values())[-1], dim=0)
        return {name: states.detach() for name, states in stages.items()}

    def words(self, ids: list) -> tuple:
        """Of one text as the encoder reads it: the states after each layer, and the vector."""
        tensor = torch.tensor([ids])
        with torch.no_grad():
            arguments = {} if self.kind in ("siglip", "clip") else {"attention_mask": torch.ones_like(tensor)}
            result = self.text(input_ids=tensor, output_hidden_states=True, **arguments)
            states = [*result.hidden_states[:-1], result.last_hidden_state]
            if self.kind == "siglip":
                vector = result.pooler_output[0]
            elif self.kind == "clip":
                vector = self.text_projection(result.pooler_output[0])
            else:
                vector = result.last_hidden_state[0].mean(dim=0)
        return [s[0] for s in states], torch.nn.functional.normalize(vector, dim=0)

    def ids_of(self, folder: pathlib.Path, texts: list[str]) -> list[list[int]]:
        """As the encoder reads them: SigLIP's are padded to the model's positions, CLIP's end with the first end token."""
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        limit = self.text.config.max_position_embeddings
        tokenizer.no_padding()
        tokenizer.enable_truncation(limit)
        if self.kind == "siglip":
            pad = json.loads((folder / "tokenizer_config.json").read_text())["pad_token"]
            tokenizer.enable_padding(length=limit, pad_id=tokenizer.token_to_id(pad), pad_token=pad)
        all_ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        if self.kind == "clip":
            all_ids = [ids[:ids.index(self.text.config.eos_token_id) + 1] for ids in all_ids]
        return all_ids
