"""Where things are, and how a configuration template is filled in."""
import pathlib

INTEGRATION = pathlib.Path(__file__).parent.parent
ROOT = INTEGRATION.parent.parent
CONFIGS = INTEGRATION / "configs"


def render(text: str, values: dict[str, object]) -> str:
    """Replaces @NAME@ by its value."""
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text
