"""The README tells the truth about the tree and the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.config import Settings, variable_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted(path.name for path in (ROOT / "advisor").rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("module", MODULES)
def test_every_module_stands_in_the_tree(module: str) -> None:
    assert f"  {module} " in README


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_table_with_its_default(name: str) -> None:
    default = str(Settings.model_fields[name].default)  # of a key: empty
    row = next(line for line in README.splitlines() if line.startswith(f"| `{variable_of(name)}`"))
    assert f"`{default}`" in row or default == ""


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_example_with_its_default(name: str) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert f"# {variable_of(name)}={Settings.model_fields[name].default}\n" in example


def test_every_linked_file_is_there() -> None:
    links = [part.split(")")[0] for part in README.split("](")[1:]]
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
