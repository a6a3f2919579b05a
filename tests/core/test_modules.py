"""The module graph: what an import map lists, and that its hash is the one the policy allows."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import RequestFactory

from core import modules
from core.templatetags.modules import icon


@pytest.fixture
def tree(tmp_path: Path, settings: Any) -> Any:
    """An own static tree; cleared finder caches."""
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]  # functools.cache
    yield tmp_path
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]  # functools.cache


def write(tree: Path, **files: str) -> None:
    """Write modules: name__js is name.js."""
    for name, text in files.items():
        (tree / name.replace("__", ".")).write_text(text)


def test_imports_are_found_in_every_spelling_and_not_in_comments() -> None:
    code = """
    import a from "./a.js"
    import { b as c, d } from './b.js';
    import * as all from "./all.js";import "./side.js";
    export { x } from "./reexport.js"; export * from "./star.js";
    // import "./commented.js"
    /* import "./block.js" */
    const later = () => import("./lazy.js"); // import("./never.js")
    const text = "from nowhere";
    """
    eager, lazy = modules.imports_of(code)
    assert eager == ["./a.js", "./b.js", "./all.js", "./side.js", "./reexport.js", "./star.js"]
    assert lazy == ["./lazy.js"]


def test_a_cycle_ends_and_a_module_needed_at_once_is_not_lazy(tree: Any) -> None:
    write(
        tree,
        one__js='import "./two.js"; const later = () => import("./three.js");',
        two__js='import "./one.js"; import "./three.js";',
        three__js="export const three = 3;",
    )
    found = modules.graph("one.js")
    assert sorted(found.eager) == ["one.js", "three.js", "two.js"]
    assert found.lazy == []


def test_what_only_a_lazy_module_needs_is_lazy_too(tree: Any) -> None:
    write(
        tree, one__js='const go = () => import("./heavy.js");', heavy__js='import "./part.js";', part__js=""
    )
    found = modules.graph("one.js")
    assert found.eager == ["one.js"]
    assert sorted(found.lazy) == ["heavy.js", "part.js"]


def test_a_missing_import_is_told_with_its_importer(tree: Any) -> None:
    write(tree, one__js='import "./gone.js";')
    with pytest.raises(modules.ModuleMissingError, match=r"one\.js imports '\./gone\.js'"):
        modules.graph("one.js")


def test_a_bare_specifier_leads_to_the_listed_package() -> None:
    found = modules.graph("js/desk/main.js")
    assert found.bare["@hotwired/stimulus"] == "npm/@hotwired/stimulus/dist/stimulus.js"
    assert "npm/chart.js/dist/chart.umd.min.js" in found.lazy


def test_two_entries_share_one_map(tree: Any) -> None:
    write(tree, one__js='import "./both.js";', two__js='import "./both.js";', both__js="")
    page = modules.build("one.js", "two.js")
    assert page.entries == ("/static/one.js", "/static/two.js")
    assert sorted(page.eager) == ["/static/both.js", "/static/one.js", "/static/two.js"]


def test_the_tag_writes_the_map_and_tells_the_policy_its_hash() -> None:
    request = RequestFactory().get("/")
    html = Template('{% load modules %}{% module "js/desk/main.js" %}').render(Context({"request": request}))
    text = re.search(r'<script type="importmap">(.*?)</script>', html, re.DOTALL).group(1)  # type: ignore[union-attr]  # a missing map fails here
    assert json.loads(text)["imports"]["@hotwired/stimulus"].endswith("/stimulus.js")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    assert getattr(request, "csp_script", "") == f"'sha256-{digest}'"


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("bell")
    named = icon("bell", "3 <unread>")
    assert 'role="img"' in named
    assert 'aria-label="3 &lt;unread&gt;"' in named


def test_an_icon_that_is_not_listed_is_refused() -> None:
    with pytest.raises(modules.ModuleMissingError):
        icon("123")
