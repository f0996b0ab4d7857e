"""Templates rendered by Jinja2 itself and by the library: the same text, or an error from both.

Run: pytest tests/python/test_jinja2.py (jinja2 and pytest installed; cargo in the path, or the built program's path in
PEERING_JINJA).
"""

import json
import os
import pathlib
import re
import subprocess

import pytest
from jinja2_generated import generated
from jinja2_snippets import CONTEXT, NETWORK, TOPICS

jinja2 = pytest.importorskip("jinja2")
import jinja2.sandbox  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ROOT / "tests" / "data" / "jinja2"
SOURCES = {path.name: path.read_text() for path in sorted(FILES.glob("*.j2"))}
SEED = int(os.environ.get("PEERING_JINJA_SEED", "20260101"))
GENERATED = int(os.environ.get("PEERING_JINJA_COUNT", "4000"))

# What stays different, and why. Ours must fail: it never renders something else.
LOUD = {
    "{{ undefined_name|length }}": "`length` is Peering Manager's, of something that is there",
    "{{ +number }}": "a sign without meaning",
    "{{ '{a}'.format_map({'a': 1}) }}": "`format(**mapping)` does the same",
    "{{ '{asn}'.format_map(peer) }}": "`format(**mapping)` does the same",
    "{% autoescape false %}<{{ html }}>{% endautoescape %}": "the guard is not the template's to change",
    "{{ {}.fromkeys(['a']) }}": "a method of the type, not of the value",
    "{% set a, b = 'xy' %}{{ a }}{{ b }}": "text is not unpacked",
    "{% for a, b in ['xy', 'zw'] %}{{ a }}{{ b }};{% endfor %}": "text is not unpacked",
    "{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}": "macros take what they name",
}

ESCAPES = re.compile(r"\|(e|escape|forceescape)\b")

# What is an error in Python and harmless here.
ONLY_HERE = {
    "{{ {[1]: 2} }}": "a dict that is never changed is the engine's own, and takes every key",
}


def environment(trim=False, lstrip=False, **options):
    """As Peering Manager has it: sandboxed, nothing escaped."""
    return jinja2.sandbox.SandboxedEnvironment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        loader=jinja2.DictLoader(SOURCES),
        trim_blocks=trim,
        lstrip_blocks=lstrip,
        **options,
    )


def theirs(template, context, **options):
    try:
        return environment(**options).from_string(template).render(json.loads(json.dumps(context)))
    except Exception as error:  # noqa: BLE001: whatever it is, Jinja2 has not rendered it
        return error


def ours(jobs):
    program = os.environ.get("PEERING_JINJA")
    command = [program] if program else ["cargo", "run", "-q", "-p", "peering-tests", "--bin", "jinja"]
    text = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(jobs)
    return answers


def differences(templates, answers, context, **options):
    found = []
    for template, answer in zip(templates, answers, strict=True):
        expected = theirs(template, context, **options)
        if isinstance(expected, Exception):
            same = "error" in answer or template in ONLY_HERE
        elif template in LOUD:
            assert "error" in answer, f"{template}: {LOUD[template]}, but it renders {answer}"
            same = True
        else:
            same = answer.get("output") == expected
        if not same:
            found.append(f"{template}\n  Jinja2: {expected!r}\n  ours:   {answer}")
    return found


@pytest.mark.parametrize("topic", TOPICS)
def test_snippets(topic):
    templates = TOPICS[topic]
    answers = ours([{"template": template, "context": CONTEXT} for template in templates])
    found = differences(templates, answers, CONTEXT)
    assert not found, "\n".join([f"{len(found)} of {len(templates)} differ", *found])


@pytest.mark.parametrize("topic", TOPICS)
def test_undefined_names_are_never_rendered_where_they_are_errors(topic):
    """In strict mode ours may be stricter than Jinja2, which passes some undefined values on."""
    templates = TOPICS[topic]
    answers = ours([{"template": template, "context": CONTEXT, "strict": True} for template in templates])
    for template, answer in zip(templates, answers, strict=True):
        expected = theirs(template, CONTEXT, undefined=jinja2.StrictUndefined)
        # Our own rules write no HTML: what guards is the platform's policy.
        if "output" in answer and template not in ONLY_HERE and not ESCAPES.search(template):
            assert answer["output"] == expected, template


@pytest.mark.parametrize("trim", [False, True])
@pytest.mark.parametrize("lstrip", [False, True])
def test_whole_templates(trim, lstrip):
    names = [name for name in SOURCES if not name.startswith("_")]
    assert len(names) > 15
    common = {"context": NETWORK, "templates": SOURCES, "trim": trim, "lstrip": lstrip}
    answers = ours([{"template": SOURCES[name], **common} for name in names])
    for name, answer in zip(names, answers, strict=True):
        expected = theirs(SOURCES[name], NETWORK, trim=trim, lstrip=lstrip)
        assert not isinstance(expected, Exception), f"{name} is no good example: {expected!r}"
        assert answer.get("output") == expected, f"{name}: {answer.get('error')}"


def test_generated_expressions():
    """Without Jinja2's optimizer, which turns some errors between constants into something undefined."""
    templates = generated(SEED, GENERATED)
    answers = ours([{"template": template, "context": CONTEXT} for template in templates])
    found = differences(templates, answers, CONTEXT, optimized=False)
    # What Python prints by address is nothing to compare.
    found = [text for text in found if "<generator" not in text and " object at 0x" not in text]
    found = [text for text in found if "<built-in method" not in text and "dict_" not in text]
    rendered = sum("output" in answer for answer in answers)
    assert rendered > GENERATED // 4, "the grammar makes hardly anything that can be rendered"
    assert not found, "\n".join([f"seed {SEED}: {len(found)} of {GENERATED} differ", *found])


def test_what_stays_different_is_tried():
    tried = {template for topic in TOPICS.values() for template in topic}
    assert set(LOUD) | set(ONLY_HERE) <= tried
