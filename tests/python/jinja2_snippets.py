"""Snippets of templates, by topic, and what they are rendered with. Written for the comparison with Jinja2."""

CONTEXT = {
    "name": "Example Networks",
    "empty": "",
    "mixed": "aBc Def-ghi jKL",
    "accents": "Ærøskøbing ß ǆ Ωσς",
    "long": "The quick brown fox jumps over the lazy dog - twice, because well-known sentences bear repetition.",
    "lines": "one\ntwo\r\nthree\n\nfive",
    "table": "a\tbb\tccc",
    "quoted": "it's \"quoted\" \\ back\u200b\x07",
    "html": "<b>bold</b> &amp; <i>it</i>",
    "number": 42,
    "negative": -7,
    "zero": 0,
    "big": 4200000000,
    "ratio": 2.5,
    "tiny": 0.0000001,
    "huge": 1e20,
    "yes": True,
    "no": False,
    "nothing": None,
    "numbers": [3, 1, 2, 10, -5],
    "floats": [0.1, 1.0, 1e16, 1e-5, 123456789.125],
    "words": ["pear", "Apple", "fig", "apple", "Banana"],
    "mixture": [1, "a", None, 2.5, True, [1], {"k": 1}],
    "nested": [[3, 1], [2, 2], [1, 3]],
    "none_list": [],
    "peer": {"asn": 64500, "name": "Example", "prefixes": {"ipv4": 10, "ipv6": 0}, "tags": ["a", "b"], "max": None},
    "counts": {"b": 2, "A": 3, "c": 1, "items": 9},
    "peers": [
        {"asn": 64502, "name": "beta", "region": "north", "up": True, "limit": 10},
        {"asn": 64501, "name": "Alpha", "region": "south", "up": False, "limit": None},
        {"asn": 64503, "name": "gamma", "region": "North", "up": True, "limit": 0},
        {"asn": 64504, "name": "Delta", "region": "south", "up": True, "limit": 300},
    ],
}

# What the whole templates are rendered with.
NETWORK = {
    "router": {
        "name": "edge-1.ams.example.net", "asn": 64500, "id": "192.0.2.10", "empty": "",
        "banner": "  Welcome to the router\n\nof Example Networks, which is watched by well-known people\n",
    },
    "exchanges": [
        {
            "name": "North IX", "slug": "north-ix", "region": "north", "import": ["bogons", "rpki"],
            "prefixes": [
                {"prefix": "198.51.100.0/24", "length": 24},
                {"prefix": "192.0.2.0/25", "length": 25},
                {"prefix": "192.0.2.128/25", "length": 25},
                {"prefix": "2001:db8::/32", "length": 32},
            ],
            "sessions": [
                {"asn": 64503, "name": "Gamma \"quoted\" Networks of the North", "ip": "198.51.100.3", "family": 4,
                 "password": "secret", "limit": 100, "enabled": True, "tags": ["rs", "new"]},
                {"asn": 64501, "name": "Alpha", "ip": "198.51.100.1", "family": 4,
                 "password": None, "limit": None, "enabled": True, "tags": []},
                {"asn": 64601, "name": "Beta", "ip": "2001:db8::2", "family": 6,
                 "password": "", "limit": 0, "enabled": False, "tags": ["bilateral"]},
                {"asn": 64504, "name": "Delta", "ip": "198.51.100.4", "family": 4,
                 "password": "x", "limit": 7, "enabled": True, "tags": ["rs"]},
                {"asn": 64505, "name": "Epsilon", "ip": "198.51.100.5", "family": 4,
                 "password": None, "limit": 12, "enabled": True, "tags": []},
            ],
        },
        {"name": "Empty IX", "slug": "empty", "region": "south", "import": [], "prefixes": [], "sessions": []},
        {
            "name": "South IX", "slug": "south-ix", "region": "south", "import": [],
            "prefixes": [{"prefix": "203.0.113.0/24", "length": 24}],
            "sessions": [
                {"asn": 64501, "name": "Alpha", "ip": "203.0.113.1", "family": 4,
                 "password": None, "limit": 55, "enabled": True, "tags": ["a", "b", "c"]},
            ],
        },
    ],
    "policies": {
        "PEER-IN": {"clauses": [
            {"action": "deny", "match": {"as_path": "long", "prefix_list": ["a", "b"]}},
            {"action": "permit", "set": {"local-preference": 100, "metric": 5}, "less-equal": 24},
        ]},
        "ALL": {"clauses": [{"action": "permit", "match": {"community": {"exact": "64500:1"}, "len": 3}}]},
    },
    "tree": [
        {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}, {"name": "d"}]},
        {"name": "e", "children": []},
    ],
}


def snippets(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def expressions(text: str) -> list[str]:
    return ["{{ " + line + " }}" for line in snippets(text)]


PRINTING = expressions(r"""
    1e16
    1e15
    1e-4
    1e-5
    1.0
    100.0 * 3
    0.1 + 0.2
    huge
    tiny
    floats
    -0.0
    123456789012345678901234567890
    true
    none
    [true, none, 1.5, 'a']
    mixture
    (1, 'a')
    (1,)
    ()
    []
    {}
    {'a': 1, 2: 'b', none: true, 1.5: (1, 2)}
    ["it's", 'say "x"', 'both \' and "', "tab\tnl\n", "\\"]
    [quoted]
    [accents]
    ['\u00a0', '\u2028', '\ufeff', '\x7f', '\u00ad']
    peer
    nested
    words
    [[1, [2, [3]]]]
    {'a': {'b': {'c': [1]}}}
    undefined_name
    [undefined_name|default('x')]
    yes ~ no ~ nothing
    1 ~ 2.0 ~ 'x' ~ [1] ~ {'a': 1e16} ~ (1,)
    undefined_name ~ 'x'
    nothing
    range(3)|list
    'a' 'b'
""")

OPERATORS = expressions(r"""
    7 // 2
    -7 // 2
    7 // -2
    7.5 // 2
    -7.5 // 2
    7 % 3
    -7 % 3
    7 % -3
    -7.5 % 2
    7.5 % -2
    1 / 2
    4 / 2
    1 / 0
    1 // 0
    1 % 0
    1.5 // 0
    1.5 % 0.0
    2 ** 10
    2 ** -1
    2 ** 0.5
    -2 ** 2
    true + true
    true * 3
    -negative
    +number
    1 + 1.5
    1 + 'a'
    'a' + 1
    'a' + 'b'
    [1] + [2]
    (1,) + (2,)
    [1] + (2,)
    none + 1
    'ab' * 3
    3 * 'ab'
    'ab' * -1
    'ab' * 1.5
    [1, 2] * 2
    2 * (1, 2)
    [1] * [2]
    'a' * 'b'
    'a' - 'b'
    1 - none
    big * big
    (numbers + [1])|length
    numbers + none
    peer + peer
    undefined_name + 1
    undefined_name * 2
    undefined_name % 2
    5 - undefined_name
    not nothing
    nothing or 'x'
    0 and 1
    'a' if yes else 'b'
    'a' if no
    ('a' if no)|default('z')
    1 if undefined_name else 2
""")

COMPARISONS = expressions(r"""
    1 < 2
    1 < 2 < 3
    1 < 3 < 2
    3 > 2 >= 2 != 1
    1 == 1.0
    1 == true
    1 == '1'
    'a' < 'b'
    'a' < 'B'
    'a' < 1
    1 < 'a'
    none < 1
    1 > none
    none == none
    none < none
    [1, 2] < [1, 3]
    [1] < [1, 0]
    [1, 'a'] < [1, 2]
    [1, 'a'] < [2, 2]
    (1, 2) < (1, 3)
    [1] < (1,)
    [1] == (1,)
    [1] == [1.0]
    {} < {}
    {'a': 1} == {'a': 1.0}
    true < 2
    1.5 <= 1.5
    undefined_name < 1
    1 < undefined_name
    undefined_name == undefined_name
    undefined_name == none
    undefined_name != 1
    1 in [1, 2]
    1 in (1, 2)
    'a' in 'abc'
    '' in 'abc'
    1 in 'abc'
    none in 'abc'
    'asn' in peer
    1 in peer
    'x' not in 'abc'
    1 not in [1]
    1 in 5
    1 in none
    1 in undefined_name
    undefined_name in [1]
    [1] in [[1], [2]]
    [1] in {}
    1 < 2 in [2, 3]
    1 in [1] == true
    'b' in 'abc' in ['abc']
    1 == 1 != 2 < 3 <= 3 > 2
    1.0 in [1]
    true in [1]
    'a' == 'a' == 'a'
    nan_text|float == nan_text|float
    'nan'|float < 1
    huge > big > number > zero > negative
""")

ATTRIBUTES = expressions(r"""
    peer.asn
    peer['asn']
    peer.missing
    peer.missing.deeper
    peer['missing']['deeper']
    peer.prefixes.ipv4
    numbers[0]
    numbers[-1]
    numbers[10]
    numbers[-10]
    numbers.0
    numbers['a']
    name[0]
    name[-1]
    name[99]
    words[1:3]
    words[::-1]
    words[-2:]
    words[:-2]
    words[::2]
    words[10:]
    words[3:1]
    name[2:5]
    name[::-1]
    name[::3]
    name[-3:]
    accents[1:4]
    (1, 2, 3)[1:]
    (1, 2, 3)[::-1]
    numbers[none:2]
    numbers[1:none:2]
    numbers[::0]
    numbers['a':]
    numbers[1.5:]
    number[1:]
    peer[1:]
    nothing[1:]
    nothing.x
    nothing.x.y
    number.x
    undefined_name.x
    undefined_name['x']
    undefined_name[1:]
    undefined_name()
    number()
    name()
    peer.tags[0]
    peer.tags.1
    [1, 2, 3][1]
    {'a': 1}.a
    {'a': 1}['a']
    {1: 'x'}[1]
    {1: 'x'}[1.0]
    {1: 'x'}[true]
    'abc'[1]
    'abc'[true]
    peers[0].name
    peers[0]['name']
    peers[-1].region
""")

PERCENT = expressions(r"""
    '%s' % 1
    '%s' % 'a'
    '%s' % none
    '%s' % true
    '%s' % 1e16
    '%s' % [1, 2]
    '%s' % [[1, 'a']]
    '%s %s' % (1, 2)
    '%s' % (1, 2)
    '%s %s' % (1,)
    '%s %s' % 1
    '%s' % ((1, 2),)
    '%s' % ()
    'x' % ()
    'x' % 1
    'x' % []
    'x' % {}
    'x' % 'y'
    '%%' % ()
    '100%%' % ()
    '%d' % 42
    '%d' % 42.9
    '%d' % -42.9
    '%d' % true
    '%d' % '42'
    '%d' % none
    '%i' % 7
    '%u' % 7
    '%5d|' % 42
    '%-5d|' % 42
    '%05d' % 42
    '%05d' % -42
    '%+d' % 42
    '% d' % 42
    '%+05d' % 42
    '%.3d' % 7
    '%8.3d|' % 7
    '%x' % 255
    '%X' % 255
    '%#x' % 255
    '%#X' % 255
    '%08x' % 48879
    '%#010x' % 255
    '%o' % 8
    '%#o' % 8
    '%x' % -255
    '%x' % 1.5
    '%e' % 12345.678
    '%E' % 0.00012
    '%.2e' % 0
    '%f' % 1.5
    '%.2f' % 1.005
    '%.0f' % 2.5
    '%.0f' % 3.5
    '%10.3f|' % 3.14159
    '%-10.3f|' % 3.14159
    '%010.3f|' % -3.14159
    '%+.1f' % 0.05
    '%F' % 1
    '%g' % 1e10
    '%g' % 100000
    '%g' % 1000000
    '%g' % 0.0001
    '%g' % 0.00001
    '%G' % 1e-10
    '%.3g' % 1234.5
    '%#g' % 1
    '%f' % 'x'
    '%c' % 'a'
    '%c' % 97
    '%c' % 'ab'
    '%r' % 'a'
    '%r' % [1, 'a', none]
    '%a' % 'a'
    '%5s|' % 'ab'
    '%-5s|' % 'ab'
    '%.2s|' % 'abcdef'
    '%5.2s|' % 'abcdef'
    '%05s|' % 'ab'
    '%*d' % (5, 42)
    '%-*d|' % (5, 42)
    '%*d|' % (-5, 42)
    '%.*f' % (2, 3.14159)
    '%(a)s' % {'a': 1}
    '%(a)s %(b)05.1f' % {'a': 'x', 'b': 2.25}
    '%(a)s' % {}
    '%(a)s' % 1
    '%(a)s' % [1]
    '%(asn)d: %(name)s' % peer
    '%s' % peer.missing
    '%d' % peer.missing
    '%' % 1
    '%z' % 1
    '%s%' % 1
    '%ld' % 5
    '%5%|' % ()
    ('AS%d' % peer.asn) ~ '-' ~ '%s' % peer.name
    '%s' % 'a' ~ 'b'
    '%s-%s' % ('a', 'b') | upper
    '%d' % big
    '%s' % (peer.tags,)
    '%s and %s' % peer.tags
    '%.1f%%' % 12.34
    '%s' % undefined_name
""")

FORMAT = expressions(r"""
    '{}'.format(1)
    '{} {}'.format(1, 'a')
    '{1} {0}'.format(1, 2)
    '{0} {0}'.format(1)
    '{} {0}'.format(1)
    '{0} {}'.format(1)
    '{a} {b}'.format(a=1, b='x')
    '{} {a}'.format(1, a=2)
    '{'.format()
    '}'.format()
    '{{}}'.format()
    '{{{}}}'.format(1)
    '{}'.format()
    '{a}'.format()
    '{2}'.format(1)
    '{:5}|'.format('ab')
    '{:5}|'.format(42)
    '{:<5}|{:>5}|{:^5}|'.format('a', 'b', 'c')
    '{:*^9}'.format('mid')
    '{:^5}|{:^6}|'.format('ab', 'abc')
    '{:.2}'.format('abcdef')
    '{:10.2}|'.format('abcdef')
    '{:s}'.format('a')
    '{:d}'.format('a')
    '{:=5}'.format('a')
    '{:+}'.format('a')
    '{:05}'.format('ab')
    '{:05d}'.format(42)
    '{:05d}'.format(-42)
    '{:+d} {: d} {:-d}'.format(1, 2, 3)
    '{:,}'.format(1234567)
    '{:,.2f}'.format(1234567.891)
    '{:_}'.format(1234567)
    '{:_x}'.format(1234567)
    '{:b} {:o} {:x} {:X}'.format(10, 10, 255, 255)
    '{:#b} {:#o} {:#x} {:#X}'.format(10, 10, 255, 255)
    '{:#06x}'.format(255)
    '{:08b}'.format(5)
    '{:e}'.format(12345.678)
    '{:.3E}'.format(0.00012)
    '{:f}'.format(1.5)
    '{:.2f}'.format(1.005)
    '{:.0f}'.format(2.5)
    '{:g}'.format(1e10)
    '{:g}'.format(0.0001)
    '{:.3g}'.format(1234.5)
    '{:%}'.format(0.25)
    '{:.1%}'.format(0.1234)
    '{:n}'.format(1234)
    '{:c}'.format(97)
    '{:d}'.format(1.5)
    '{:x}'.format(1.5)
    '{:f}'.format(3)
    '{:d}'.format(true)
    '{}'.format(true)
    '{:5}|'.format(true)
    '{}'.format(none)
    '{:5}'.format(none)
    '{}'.format([1, 'a'])
    '{:5}'.format([1])
    '{!r}'.format('a')
    '{!s:>5}'.format(none)
    '{!r:>5}'.format('a')
    '{!z}'.format(1)
    '{0[0]}'.format([5, 6])
    '{0[a]}'.format({'a': 7})
    '{p[asn]}'.format(p=peer)
    '{p[tags][1]}'.format(p=peer)
    '{0.asn}'.format(peer)
    '{0[9]}'.format([5])
    '{0[zz]}'.format({})
    '{:{}}|'.format('a', 5)
    '{:{w}.{p}f}|'.format(3.14159, w=8, p=2)
    '{:>{w}}|'.format('a', w=4)
    '{:.2f}'.format('x')
    '{}'.format(1e16)
    '{}'.format(0.1)
    '{:.1}'.format(0.15)
    '{:10}|'.format(1.5)
    '{:<10}|'.format(1.5)
    '{:010.2f}|'.format(-1.5)
    '{:=+8}|'.format(5)
    '{:é>5}'.format('a')
    '{a}'.format_map({'a': 1})
    '{asn}'.format_map(peer)
    '{x}'.format_map({})
    '{}'.format(undefined_name)
    'AS{:>10} {:<20}|'.format(peer.asn, peer.name)
    '%s' | format(1)
    '%s %s' | format(1, 2)
    '%(a)s' | format(a=1)
    '%s' | format(1, a=1)
    '%s' | format
    '%05.1f' | format(3.14159)
    5 | format(1)
""")

STRINGS = expressions(r"""
    mixed.upper()
    mixed.lower()
    mixed.title()
    mixed.capitalize()
    mixed.swapcase()
    accents.upper()
    accents.lower()
    accents.casefold()
    'straße'.casefold()
    "they're bill's".title()
    'x2y 3z'.title()
    '  a b '.strip() ~ '|'
    '  a b '.lstrip() ~ '|'
    '  a b '.rstrip() ~ '|'
    'xxaxx'.strip('x')
    'xyaxy'.strip('yx')
    'xyaxy'.lstrip('x')
    'xyaxy'.rstrip('y')
    'a'.strip(none)
    'a'.strip(1)
    'a b  c'.split()
    ' a b  c '.split()
    'a,b,,c'.split(',')
    'a,b,c'.split(',', 1)
    'a,b,c'.split(sep=',', maxsplit=1)
    'a b  c d'.split(none, 2)
    ' a b  c d '.split(none, 1)
    'a b c'.split(maxsplit=1)
    'abc'.split('')
    ''.split()
    ''.split(',')
    'a,b,c'.rsplit(',', 1)
    ' a b  c '.rsplit(none, 1)
    'a  b  c'.rsplit(maxsplit=1)
    'a b'.rsplit()
    'a--b--c'.rsplit('--', 1)
    'abc'.split(1)
    'a,b'.split(',')[0]
    'a,b'.split(',')|length
    lines.splitlines()
    lines.splitlines(true)
    'a\x0bb\x1cc\u2028d'.splitlines()
    ''.splitlines()
    ', '.join(['a', 'b'])
    ', '.join(words)
    ', '.join('abc')
    ', '.join([1, 2])
    ', '.join([])
    ', '.join(1)
    '-'.join(peer)
    name.startswith('Ex')
    name.startswith(('a', 'Ex'))
    name.startswith(['a', 'Ex'])
    name.startswith('am', 2)
    name.startswith('am', 2, 3)
    name.startswith('')
    name.endswith('s')
    name.endswith(('x', 'works'))
    name.endswith('Ex', 0, 2)
    name.startswith(1)
    'aXbX'.replace('X', '-')
    'aXbX'.replace('X', '-', 1)
    'abc'.replace('', '-')
    'abc'.replace('', '-', 2)
    'abc'.replace('x', 'y')
    'abc'.replace('b', 1)
    'abc'.replace('b')
    'hello'.find('l')
    'hello'.find('l', 3)
    'hello'.find('z')
    'hello'.find('l', -2)
    'hello'.find('', 9)
    'hello'.rfind('l')
    'hello'.rfind('l', 0, 3)
    'hello'.index('l')
    'hello'.index('z')
    'hello'.rindex('l')
    'hello'.count('l')
    'hello'.count('')
    'aaaa'.count('aa')
    'hello'.count('l', 3)
    'Ærø'.find('ø')
    'Ærø'.index('ø', 1)
    '42'.zfill(5)
    '-42'.zfill(5)
    '+4'.zfill(4)
    ''.zfill(2)
    'abc'.zfill(2)
    'ab'.ljust(5) ~ '|'
    'ab'.rjust(5) ~ '|'
    'ab'.ljust(5, '.')
    'ab'.rjust(5, '.')
    'ab'.center(5, '.')
    'abc'.center(6, '.')
    'abc'.center(8, '.')
    'ab'.center(7, '.')
    'ab'.center(1)
    'ab'.ljust(5, '..')
    'ab'.ljust('5')
    'a-b-c'.partition('-')
    'a-b-c'.rpartition('-')
    'abc'.partition('-')
    'abc'.rpartition('-')
    'abc'.partition('')
    'ge-0/0/1'.removeprefix('ge-')
    'ge-0/0/1'.removesuffix('/1')
    'abc'.removeprefix('x')
    table.expandtabs()
    table.expandtabs(4)
    table.expandtabs(tabsize=0)
    '1a'.isdigit()
    '12'.isdigit()
    ''.isdigit()
    'ab'.isalpha()
    'a1'.isalpha()
    'a1'.isalnum()
    'a 1'.isalnum()
    '12'.isnumeric()
    '½'.isnumeric()
    '12'.isdecimal()
    'AB'.isupper()
    'A1'.isupper()
    '1'.isupper()
    'ab'.islower()
    'aB'.islower()
    ' \t'.isspace()
    ''.isspace()
    'A Bc'.istitle()
    'A bc'.istitle()
    'a_1'.isidentifier()
    '1a'.isidentifier()
    'abc'.isascii()
    'æ'.isascii()
    'a\n'.isprintable()
    'abc'.isprintable()
    name.nonsense()
    name.upper().lower().title()
    'a'.upper(1)
    mixed.split()[0].upper()
    ' x '.join(['a', 'b']).strip().upper()
    'abc'.append('d')
    number.upper()
    nothing.upper()
    undefined_name.upper()
    2.5.is_integer()
    (5).bit_length()
""")

CONTAINERS = expressions(r"""
    peer.get('asn')
    peer.get('zzz')
    peer.get('zzz', 5)
    peer.get('max', 5)
    peer.get()
    peer.keys()|list
    peer.values()|list
    peer.items()|list
    {'a': 1}.items()|list
    {'a': 1}.keys()|list
    {'a': 1}.get('a')
    {'a': 1}.copy()
    counts.items()|list
    counts.get('items')
    counts['items']
    counts.keys()|join(',')
    {'items': 1}.items()|list
    {'get': 1}.get('get')
    numbers.index(2)
    numbers.index(99)
    numbers.count(1)
    numbers.copy()
    [1, 2, 1].count(1)
    [1, 2, 1].index(1, 1)
    (1, 2).index(2)
    (1, 2).count(2)
    (1, 2).append(3)
    {[1]: 2}
    {'a': 1, 'a': 2}
    dict(a=1, b=2)
    dict([('a', 1), ('b', 2)])
    dict({'a': 1}, b=2)
    dict([['a', 1]], a=2)
    dict()
    dict(1)
    dict([1])
    dict('ab')
    dict(**{'a': 1})
    {}.fromkeys(['a'])
    range(5)|list
    range(2, 5)|list
    range(5, 2, -1)|list
    range(0, 10, 3)|list
    range(0)|list
    range(1, 2, 0)
    range(1.5)
    range('a')
    range(5)[1]
    range(5)[-1]
    range(5)|length
    range(5)|sum
    3 in range(5)
    range(200000)|length
    lipsum(n=1)|length > 0 and undefined_name.x
""")

MUTATION = snippets(r"""
    {% set l = [] %}{% do l.append(1) %}{% do l.append('a') %}{{ l }}
    {% set l = [] %}{% set _ = l.append(1) %}{{ l }}{{ _ }}
    {% set l = [] %}{{ l.append(1) }}
    {% set l = [] %}{{ l.append(1) or '' }}{{ l }}
    {% set l = [] %}{% for i in range(3) %}{% do l.append(i * 2) %}{% endfor %}{{ l|join(',') }}
    {% set l = [1] %}{% do l.extend([2, 3]) %}{{ l }}
    {% set l = [1] %}{% do l.extend('ab') %}{{ l }}
    {% set l = [1] %}{% do l.extend(5) %}{{ l }}
    {% set l = [1, 2] %}{% do l.insert(0, 'x') %}{% do l.insert(-1, 'y') %}{% do l.insert(99, 'z') %}{{ l }}
    {% set l = [1, 2, 3] %}{{ l.pop() }}{{ l.pop(0) }}{{ l }}
    {% set l = [] %}{{ l.pop() }}
    {% set l = [1] %}{{ l.pop(5) }}
    {% set l = [1] %}{{ l.pop(-2) }}
    {% set l = [1, 2, 1] %}{% do l.remove(1) %}{{ l }}
    {% set l = [1] %}{% do l.remove(2) %}{{ l }}
    {% set l = [3, 1, 2] %}{% do l.sort() %}{{ l }}
    {% set l = [3, 1, 2] %}{% do l.sort(reverse=true) %}{{ l }}
    {% set l = [3, 'a'] %}{% do l.sort() %}{{ l }}
    {% set l = [3, 1] %}{% do l.sort(true) %}{{ l }}
    {% set l = ['b', 'A', 'a'] %}{% do l.sort() %}{{ l }}
    {% set l = [1, 2] %}{% do l.reverse() %}{{ l }}
    {% set l = [1, 2] %}{% do l.clear() %}{{ l }}{{ l|length }}
    {% set l = [1, 2] %}{% set m = l %}{% do m.append(3) %}{{ l }}
    {% set l = [1, 2] %}{% set m = l.copy() %}{% do m.append(3) %}{{ l }}{{ m }}
    {% set l = [1, 2] %}{% set m = l + [] %}{% do l.append(3) %}{{ m }}
    {% set l = [1, 2] %}{% set m = l[:] %}{% do l.append(3) %}{{ m }}
    {% set l = [1, 2] %}{% set m = l * 2 %}{% do l.append(3) %}{{ m }}
    {% set l = [1, 2] %}{% set m = l|list %}{% do m.append(3) %}{{ l }}{{ m }}
    {% set e = [] %}{% set l = [e] * 2 %}{% do l[0].append(1) %}{{ l }}
    {% set l = [] %}{% if not l %}empty{% endif %}{% do l.append(0) %}{% if l %}full{% endif %}
    {% set l = numbers|sort %}{% do l.append(99) %}{{ l }}{{ numbers }}
    {% set l = 'a b'.split() %}{% do l.append('c') %}{{ l }}
    {% set l = words|map('upper')|list %}{% do l.append('c') %}{{ l }}
    {% set d = {} %}{% do d.update({'a': 1}) %}{% do d.update(b=2) %}{{ d }}
    {% set d = {} %}{% do d.update([('a', 1)], c=3) %}{{ d }}
    {% set d = {'a': 1} %}{{ d.pop('a') }}{{ d }}
    {% set d = {'a': 1} %}{{ d.pop('b') }}
    {% set d = {'a': 1} %}{{ d.pop('b', 'x') }}
    {% set d = {'a': 1} %}{{ d.setdefault('a', 2) }}{{ d.setdefault('b', 3) }}{{ d.setdefault('c') }}{{ d }}
    {% set d = {} %}{% do d.setdefault('x', []).append(1) %}{% do d.setdefault('x', []).append(2) %}{{ d }}
    {% set d = {'a': 1} %}{% do d.clear() %}{{ d }}
    {% set d = {'a': 1} %}{% set e = d.copy() %}{% do e.update({'b': 1}) %}{{ d }}{{ e }}
    {% set d = {'a': 1} %}{% set e = dict(d) %}{% do e.update({'b': 1}) %}{{ d }}{{ e }}
    {% set d = {'a': 1} %}{{ d.popitem() }}{{ d }}
    {% set d = {'a': []} %}{% do d.a.append(1) %}{% do d['a'].append(2) %}{{ d }}
    {% set d = {} %}{% for p in peers %}{% do d.update({p.name: p.asn}) %}{% endfor %}{{ d }}
    {% set d = {} %}{% for p in peers %}{% do d.setdefault(p.region|lower, []).append(p.asn) %}{% endfor %}{{ d }}
    {% set d = {'b': 1, 'a': 2} %}{% do d.update({'b': 3, 'c': 4}) %}{{ d }}{{ d|dictsort }}
    {% set d = {'update': 1} %}{% do d.update({'a': 2}) %}{{ d }}
    {% set d = {} %}{% do d.update({[1]: 2}) %}{{ d }}
    {% set l = [1, 2] %}{{ l == [1, 2] }}{{ [1, 2] == l }}{{ l in [[1, 2]] }}{{ 2 in l }}{{ l[0] }}{{ l[-1] }}{{ l[1:] }}
    {% set l = [] %}{% do l.append(l|length) %}{% do l.append(l|length) %}{{ l }}
    {% set ns = namespace(items=[]) %}{% do ns.items.append(1) %}{{ ns.items }}
    {% set ns = namespace(x=1) %}{% for i in range(3) %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}
    {% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}{{ ns.c }}
    {% set ns = namespace([('a', 1)]) %}{{ ns.a }}
    {% set ns = namespace() %}{% set ns.a = [] %}{% do ns.a.append(2) %}{{ ns.a }}
    {% set ns = namespace(a=1) %}{{ ns }}
    {% set l = [] %}{% macro add(x) %}{% do l.append(x) %}{% endmacro %}{{ add(1) }}{{ add(2) }}{{ l }}
    {% set t = (1, [2]) %}{% do t[1].append(3) %}{{ t }}
    {% set c = cycler('a', 'b', 'c') %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{% do c.reset() %}{{ c.current }}
    {% set c = cycler() %}
    {% set j = joiner() %}{{ j() }}a{{ j() }}b{{ j() }}c
    {% set j = joiner('; ') %}{% for i in range(3) %}{{ j() }}{{ i }}{% endfor %}
    {% for i in range(4) %}{{ loop.cycle('x', 'y') }}{% endfor %}
    {% set x = [1, 2, 3] %}{% set a, b, c = x %}{{ a }}{{ b }}{{ c }}
    {% set a, b = 'xy' %}{{ a }}{{ b }}
    {% set a, b = [1] %}{{ a }}
    {% set (a, b), c = (1, 2), 3 %}{{ a }}{{ b }}{{ c }}
""")

FILTERS = expressions(r"""
    numbers|sort
    numbers|sort(true)
    numbers|sort(reverse=true)
    words|sort
    words|sort(false, true)
    words|sort(case_sensitive=true)
    words|sort(reverse=true)
    peers|sort(attribute='name')|map(attribute='name')|list
    peers|sort(attribute='region,asn')|map(attribute='asn')|list
    peers|sort(attribute='region', reverse=true)|map(attribute='asn')|list
    peers|sort(false, false, 'asn')|map(attribute='asn')|list
    peers|sort(attribute='limit')
    peers|sort(attribute='missing')
    peers|sort
    nested|sort
    nested|sort(attribute=1)
    nested|sort(attribute='1')
    mixture|sort
    [1, none]|sort
    [1, 'a']|sort
    [1, 2.5, true]|sort
    'hello'|sort
    peer|sort
    5|sort
    none|sort
    undefined_name|sort
    counts|dictsort
    counts|dictsort(true)
    counts|dictsort(false, 'value')
    counts|dictsort(by='value', reverse=true)
    counts|dictsort(by='nonsense')
    {1: 'a', 'b': 2}|dictsort
    numbers|dictsort
    peers|groupby('region')|list|length
    peers|groupby('region')|map('first')|list
    peers|groupby('region')|map(attribute='grouper')|list
    peers|groupby('region', case_sensitive=true)|map(attribute='grouper')|list
    peers|groupby('missing')|length
    peers|groupby('missing', default='x')|map(attribute='grouper')|list
    peers|groupby(attribute='up')|map(attribute='list')|map('length')|list
    peers|groupby('limit')
    [{'a': 1}, {'a': 1}, {'a': 2}]|groupby('a')
    ([{'a': 1}]|groupby('a'))[0].list
    ([{'a': 1}]|groupby('a'))[0][0]
    words|unique|list
    words|unique(true)|list
    [1, 1.0, true, 2]|unique|list
    [[1], [1]]|unique|list
    peers|unique(attribute='region')|map(attribute='asn')|list
    numbers|min
    numbers|max
    words|min
    words|max
    words|min(true)
    words|max(case_sensitive=true)
    peers|max(attribute='asn')
    peers|min(attribute='name')|attr('x')
    []|min
    []|max|default('none')
    [1, 'a']|max
    [none, 1]|min
    'hello'|max
    numbers|sum
    [0.1, 0.2]|sum
    peers|sum('asn')
    peers|sum(attribute='asn')
    peers|sum(attribute='asn', start=1)
    peers|sum(attribute='limit')
    words|sum
    [[1], [2]]|sum
    [[1], [2]]|sum(start=[])
    []|sum
    numbers|first
    numbers|last
    []|first
    []|last
    'abc'|first
    'abc'|last
    peer|first
    none|first
    undefined_name|first
    numbers|reverse|list
    'abc'|reverse
    peer|reverse|list
    none|reverse
    5|reverse
    undefined_name|reverse|list
    'abc'|list
    peer|list
    none|list
    5|list
    undefined_name|list
    {'a': 1}|items|list
    undefined_name|items|list
    [1]|items|list
    numbers|join
    numbers|join(',')
    numbers|join(d=';')
    peers|join(',', attribute='name')
    peers|join(', ', 'asn')
    'abc'|join('-')
    [1, none, true, 1e16, 'x']|join(' ')
    none|join(',')
    undefined_name|join(',')
    [undefined_name, 1]|join(',')
    numbers|join(1)
    numbers|length
    name|length
    peer|length
    5|length
    undefined_name|length
    range(7)|slice(3)|list
    range(7)|slice(3, 'x')|list
    range(2)|slice(3)|list
    range(7)|slice(0)|list
    range(7)|batch(3)|list
    range(7)|batch(3, 'x')|list
    []|batch(3)|list
    range(7)|batch(3, fill_with=0)|list
    words|map('upper')|list
    words|map('upper')|join(',')
    words|map('replace', 'p', 'P')|list
    words|map('nonsense')|list
    words|map|list
    peers|map(attribute='asn')|list
    peers|map(attribute='missing')|list
    peers|map(attribute='missing', default='-')|list
    peers|map(attribute='limit', default='-')|list
    peers|map('attr', 'asn')|list
    nested|map(attribute=0)|list
    nested|map('sum')|list
    nested|map(attribute='0')|list
    [peer]|map(attribute='prefixes.ipv4')|list
    [peer]|map(attribute='tags.0')|list
    [peer]|map(attribute='zzz.y')|list
    numbers|map('string')|join('-')
    numbers|map('abs')|list
    numbers|select|list
    numbers|select('odd')|list
    numbers|select('gt', 1)|list
    numbers|select('>', 1)|list
    numbers|select('divisibleby', 2)|list
    mixture|select('string')|list
    mixture|select('number')|list
    mixture|select('gt', 1)|list
    numbers|reject('odd')|list
    numbers|reject('in', [1, 2])|list
    numbers|reject|list
    numbers|select('nonsense')|list
    peers|selectattr('up')|map(attribute='asn')|list
    peers|selectattr('region', 'eq', 'south')|map(attribute='asn')|list
    peers|selectattr('region', '==', 'south')|map(attribute='asn')|list
    peers|selectattr('region', 'equalto', 'south')|list|length
    peers|selectattr('limit', 'none')|map(attribute='asn')|list
    peers|selectattr('limit')|map(attribute='asn')|list
    peers|selectattr('missing', 'defined')|list
    peers|selectattr('missing', 'undefined')|list|length
    peers|selectattr('asn', 'in', [64501, 64503])|map(attribute='name')|list
    peers|selectattr('limit', 'gt', 1)|list
    peers|rejectattr('up')|map(attribute='asn')|list
    peers|rejectattr('region', 'in', ['south'])|map(attribute='asn')|list
    peers|selectattr('region', 'search', 'x')|list
    undefined_name|default('x')
    undefined_name|d('x')
    undefined_name|default
    nothing|default('x')
    nothing|default('x', true)
    ''|default('x', true)
    ''|default('x', boolean=true)
    ''|default(default_value='x', boolean=true)
    0|default(5, true)
    peer.missing|default(peer.asn)
    undefined_name.x|default('y')
    '42'|int
    ' 42 '|int
    '12abc'|int
    '12abc'|int(-1)
    '12abc'|int(default=7)
    ''|int
    '3.9'|int
    '-3.9'|int
    3.9|int
    -3.9|int
    '0x1f'|int
    '0x1f'|int(base=16)
    '1f'|int(0, 16)
    '0b11'|int(0, 2)
    '0o17'|int(0, 8)
    '0x1f'|int(0, 0)
    '017'|int(5, 0)
    '1_000'|int
    '1__0'|int
    'inf'|int
    'nan'|int
    '1e3'|int
    true|int
    none|int
    none|int(3)
    [1]|int
    undefined_name|int
    huge|int
    '1.5'|float
    'x'|float
    'x'|float(1.5)
    'x'|float(default=2)
    '1e3'|float
    ' 1_0.5 '|float
    1|float
    none|float
    [1]|float
    undefined_name|float
    'inf'|float
    2.5|round
    3.5|round
    2.675|round(2)
    42.55|round
    42.55|round(1, 'floor')
    42.55|round(1, 'ceil')
    42.55|round(method='ceil')
    42.1|round(0, 'nonsense')
    1234.5|round(-2)
    1250|round(-2)
    1350|round(-2)
    42|round
    42|round(1)
    42|round(0, 'ceil')
    -2.5|round
    0.5|round|int
    'x'|round
    none|round
    -5|abs
    -5.5|abs
    true|abs
    'x'|abs
    undefined_name|abs
    5|string
    none|string
    1e16|string
    undefined_name|string
    [1]|string
    'hello world'|title
    "it's a-b (c) {d} [e] <f> g_h"|title
    mixed|title
    accents|title
    'hELLO wORLD'|capitalize
    5|capitalize
    mixed|upper
    mixed|lower
    5|upper
    none|upper
    '  x '|trim ~ '|'
    'xxaxx'|trim('x')
    '  x '|trim(none) ~ '|'
    5|trim
    'abc'|replace('b', 'x')
    'aaa'|replace('a', 'b', 2)
    'aaa'|replace('a', 'b', count=1)
    'a1'|replace(1, 2)
    5|replace('5', 'x')
    none|replace('N', 'x')
    'ab'|center(6) ~ '|'
    'abc'|center(6) ~ '|'
    'ab'|center|length
    'ab'|center(width=5) ~ '|'
    5|center(3)
    long|truncate
    long|truncate(20)
    long|truncate(20, true)
    long|truncate(20, true, '..')
    long|truncate(20, false, '')
    long|truncate(20, killwords=true, end='~')
    'foo bar baz qux'|truncate(9)
    'foo bar baz qux'|truncate(9, true)
    'foo bar baz qux'|truncate(11)
    'foo bar baz qux'|truncate(11, false, '...', 0)
    'foo bar baz qux'|truncate(11, leeway=0)
    'foobarbazqux'|truncate(5, false, '...', 0)
    long|truncate(2)
    long|truncate(3, true, '...', 0)
    long|truncate(length=10, leeway=0)
    long|wordwrap(20)
    long|wordwrap(20, false)
    long|wordwrap(10, true, ' / ')
    long|wordwrap(width=15, wrapstring='|')
    long|wordwrap(12, break_on_hyphens=false)
    'a verylongwordthatdoesnotfit b'|wordwrap(8)
    'a verylongwordthatdoesnotfit b'|wordwrap(8, false)
    'a very-long-hyphenated-word b'|wordwrap(8)
    'a -- b --c d-- e--f x---y'|wordwrap(3)
    'one-two-three 1-2-3 a-b a-bc ab-cd'|wordwrap(4)
    '  leading and   inner   blanks  '|wordwrap(10)
    lines|wordwrap(3)
    ''|wordwrap(5)
    long|wordwrap(0)
    long|wordwrap|length
    5|wordwrap(3)
    long|wordcount
    'a-b c_d e.f'|wordcount
    ''|wordcount
    5|wordcount
    html|striptags
    '<!-- c --> a  <b\n>b</b> &lt;x&gt; &#39;&#x41;'|striptags
    'a < b'|striptags
    html|forceescape
    html|escape
    html|e
    html|e|e
    html|e|forceescape
    html|e ~ html
    peer|e
    number|e
    nothing|e
    undefined_name|e
    'a"b\'c'|forceescape
    'a b/c?d=e&f'|urlencode
    {'a b': 'c/d', 'e': 1}|urlencode
    [('a', 'b c')]|urlencode
    5|urlencode
    'Ærø'|urlencode
    {'class': 'a b', 'id': none, 'x': '<"'}|xmlattr
    {'class': 'a'}|xmlattr(false)
    {}|xmlattr
    {'a b': 1}|xmlattr
    0|filesizeformat
    1|filesizeformat
    999|filesizeformat
    1000|filesizeformat
    1500000|filesizeformat
    1500000|filesizeformat(true)
    123456789012|filesizeformat(binary=true)
    '1024'|filesizeformat
    1e30|filesizeformat
    'x'|filesizeformat
    {'b': 1, 'a': [2]}|pprint
    'x'|pprint
    [1, 'a', none]|pprint
    peer|attr('asn')|default('none')
    'x'|attr('nonsense')|default('none')
    numbers|nonsense
    numbers|sort(nonsense=1)
    numbers|first(1)
    numbers|sum|string|length
""")

TESTS = expressions(r"""
    'a' is sequence
    {} is sequence
    [] is sequence
    (1,) is sequence
    5 is sequence
    none is sequence
    undefined_name is sequence
    {} is mapping
    [] is mapping
    peer is mapping
    [] is iterable
    'a' is iterable
    {} is iterable
    5 is iterable
    none is iterable
    undefined_name is iterable
    range(3) is iterable
    range(3) is sequence
    'a' is string
    5 is string
    5 is number
    5.0 is number
    true is number
    '5' is number
    5 is integer
    true is integer
    5.0 is integer
    5.0 is float
    5 is float
    true is boolean
    1 is boolean
    range is callable
    5 is callable
    'a' is callable
    undefined_name is callable
    peer is callable
    none is none
    undefined_name is none
    number is none
    number is defined
    undefined_name is defined
    peer.missing is defined
    peer.max is defined
    undefined_name is undefined
    true is true
    1 is true
    false is false
    0 is false
    true is sameas true
    none is sameas none
    1 is sameas true
    1 is sameas 1.0
    number is sameas number
    words is sameas words
    [] is sameas []
    1 is in [1, 2]
    'a' is in 'abc'
    1 is in 'abc'
    1 is not in [1, 2]
    4 is divisibleby 2
    5 is divisibleby(2)
    4.0 is divisibleby 2
    4 is divisibleby 0
    'a' is divisibleby 2
    1 is eq 1
    1 is eq 1.0
    1 is ne 2
    1 is lt 2
    1 is lt 'a'
    1 is le 1
    2 is gt 1
    2 is ge 2
    1 is lessthan 2
    2 is greaterthan 1
    'a' is equalto 'a'
    2 is even
    3 is even
    2.0 is even
    3 is odd
    true is odd
    'a' is odd
    none is even
    'ab' is lower
    'aB' is lower
    '1' is lower
    'AB' is upper
    5 is lower
    none is lower
    'upper' is filter
    'nonsense' is filter
    'even' is test
    'nonsense' is test
    5 is nonsense
    5 is not none
    not 5 is none
    peers[0].limit is number and peers[0].limit > 5
""")

STATEMENTS = snippets(r"""
    {% for x in none %}{{ x }}{% endfor %}
    {% for x in 5 %}{{ x }}{% endfor %}
    {% for x in undefined_name %}{{ x }}{% else %}nothing{% endfor %}
    {% for x in 'abc' %}{{ x }}-{% endfor %}
    {% for x in [] %}{{ x }}{% else %}nothing{% endfor %}
    {% for x in {'a': 1, 'b': 2} %}{{ x }}{% endfor %}
    {% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}
    {% for k, v in counts|dictsort %}{{ k }}={{ v }};{% endfor %}
    {% for k, v in peer.items() %}{{ k }}={{ v }};{% endfor %}
    {% for a, b in nested %}{{ a }}{{ b }};{% endfor %}
    {% for a, b in ['xy', 'zw'] %}{{ a }}{{ b }};{% endfor %}
    {% for a, b in [1] %}{{ a }}{% endfor %}
    {% for region, list in peers|groupby('region') %}{{ region }}:{{ list|map(attribute='asn')|join(',') }};{% endfor %}
    {% for g in peers|groupby('region') %}{{ g.grouper }}:{{ g.list|length }};{% endfor %}
    {% for p in peers if p.up %}{{ loop.index }}{{ p.name }}{{ loop.last }};{% endfor %}
    {% for p in peers if p.limit is not none and p.limit > 5 %}{{ p.asn }};{% endfor %}
    {% for p in peers if p.limit > 5 %}{{ p.asn }};{% endfor %}
    {% for i in range(3) %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.length }} {% endfor %}
    {% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}
    {% for i in [1, 2, 3] %}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}
    {% for i in range(10) %}{% if i == 3 %}{% continue %}{% endif %}{% if i > 5 %}{% break %}{% endif %}{{ i }}{% endfor %}
    {% for x in [1, [2, [3]]] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}{% endif %}{% endfor %}
    {% for i in [3, 1]|sort %}{% for j in 'ab' %}{{ i }}{{ j }}{{ loop.index }};{% endfor %}{% endfor %}
    {% if undefined_name %}a{% else %}b{% endif %}
    {% if peer.missing.x %}a{% else %}b{% endif %}
    {% if numbers %}a{% endif %}{% if none_list %}b{% endif %}{% if {} %}c{% endif %}{% if 0.0 %}d{% endif %}{% if '' %}e{% endif %}
    {% if 'a' < 1 %}a{% endif %}
    {% if number > 40 and ratio < 3 or undefined_name.x %}a{% endif %}
    {% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}
    {% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}
    {% set x %}a{{ number }}b{% endset %}{{ x }}{{ x|upper }}{{ x|length }}
    {% set x | upper %}abc{% endset %}{{ x }}
    {% filter upper %}abc{{ name }}{% endfilter %}
    {% filter replace('a', 'b') %}banana{% endfilter %}
    {% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}
    {% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a=5) }}
    {% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}
    {% macro m(a) %}[{{ a }}]{% endmacro %}{{ m() }}
    {% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(1, 2) }}
    {% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(1)|upper ~ 'x' }}{{ m('a').replace('a', 'b') }}
    {% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}in{% endcall %}
    {% macro m() %}({{ caller(1, 2) }}){% endmacro %}{% call(a, b) m() %}{{ a + b }}{% endcall %}
    {% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}
    {% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}
    {{ m is defined }}{% macro m() %}{% endmacro %}{{ m is defined }}{{ m is callable }}
    {% raw %}{{ x }}{% endraw %}
    {# comment #}a{#- c -#} b
    {{ '{{' }}{{ "}}" }}
    {{ 'a\nb' }}
    {{ 'a' if number == 42 else 'b' }}{{ [1, 2,] }}{{ {'a': 1,} }}
    {{ name|upper|replace('E', 'e')|truncate(8, true, '') }}
    {{ numbers|sort|map('string')|join(', ')|upper }}
    {{ loop is defined }}{% for i in [1] %}{{ loop is defined }}{% endfor %}
    {% for i in [1, 2] %}{% set outer = loop %}{% for j in [1, 2] %}{{ outer.index }}{{ loop.index }};{% endfor %}{% endfor %}
    {% autoescape false %}<{{ html }}>{% endautoescape %}
    {% nonsense %}
    {{ 1 +
    {{ }}
    {% if %}{% endif %}
    {% for x in [1] %}
    {{ 'unclosed }}
    {{ x y }}
""")

TOPICS = {
    "printing": PRINTING,
    "operators": OPERATORS,
    "comparisons": COMPARISONS,
    "attributes": ATTRIBUTES,
    "percent": PERCENT,
    "format": FORMAT,
    "strings": STRINGS,
    "containers": CONTAINERS,
    "mutation": MUTATION,
    "filters": FILTERS,
    "tests": TESTS,
    "statements": STATEMENTS,
}
