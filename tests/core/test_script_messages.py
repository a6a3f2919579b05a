"""Texts of our scripts are found wherever lit-html lets them stand."""

from core.catalogs.scripts import script_messages

SOURCE = """
// gettext("in a comment")
/* gettext("in another") */
const one = gettext("plain");
const two = html`<p title=${gettext("in an attribute")}>${left ? gettext("%(what)s left", { what: amount({ a: 1 }) }) : gettext("after braces")}</p>
  ${list.map((item) => html`<b>${gettext('it\\'s "nested"')}</b>`)}`;
ngettext(
  "%(count)s scan",
  "%(count)s scans",
  n,
);
pgettext("month", "May"); this.gettext("not ours"); gettext(variable);
"""


def test_texts_are_found_with_line_plural_and_context() -> None:
    found = list(script_messages(SOURCE))
    assert [(text, plural, context) for _line, text, plural, context in found] == [
        ("plain", "", None),
        ("in an attribute", "", None),
        ("%(what)s left", "", None),
        ("after braces", "", None),
        ('it\'s "nested"', "", None),
        ("%(count)s scan", "%(count)s scans", None),
        ("May", "", "month"),
    ]
    assert [line for line, *_rest in found] == [4, 5, 5, 5, 6, 7, 12]
