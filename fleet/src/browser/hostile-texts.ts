/** Set by whatever of these runs. */
export const MARK = '__ran'

const RUN = `window.${MARK}=1`
const RUN_ENCODED = `window.${MARK}&#61;1`

/** What ends the place that a text may stand in: text, attributes, comments, raw text, scripts, styles, templates, JSON. */
const CLOSERS = [
  '',
  '">',
  "'>",
  '`>',
  '-->',
  '</title>',
  '</textarea>',
  '</script>',
  '</style>',
  '</noscript>',
  '</template>',
  '"}]}',
] as const

/** What runs by being in a page as markup. */
const MARKUP = [
  `<script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<script src=data:text/javascript,${RUN}></script>`,
  `<img src=x: onerror=${RUN}>`,
  `<img src=x: oNeRrOr="${RUN_ENCODED}">`,
  `<img/src/onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload=${RUN}>#x">`,
  `<math><mtext><table><mglyph><style><img src=x: onerror=${RUN}>`,
  `<body onload=${RUN}>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<input autofocus onfocus=${RUN}>`,
  `<video><source onerror=${RUN}></video>`,
  `<audio src=x: onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.${MARK}=1</script>"></iframe>`,
  `<iframe src="javascript:parent.${MARK}=1"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="javascript:${RUN}">`,
  `<a href="javascript:${RUN}" autofocus tabindex=0 onfocus=${RUN}>x</a>`,
  `<form action="javascript:${RUN}"><button autofocus onfocus=${RUN}>x</button></form>`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base href="https://attacker.invalid/">`,
  `<link rel=stylesheet href="https://attacker.invalid/x.css">`,
  `<style>@import "https://attacker.invalid/x.css";</style>`,
  `<div style="background:url(https://attacker.invalid/x.png)">x</div>`,
  `<div style="animation-name:x" onanimationstart=${RUN}>x</div>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<isindex type=image src=1 onerror=${RUN}>`,
  `<noscript><p title="</noscript><img src=x: onerror=${RUN}>">`,
  `<xmp><p title="</xmp><img src=x: onerror=${RUN}>">`,
  `<img src=x: onerror\u000b=${RUN}>`,
  `<img src=x:\u0000 onerror=${RUN}>`,
  `<custom-element onclick=${RUN} tabindex=0 autofocus onfocus=${RUN}>x`,
] as const

/** What runs where a text is taken for an address, an attribute, a template or code. */
const OTHER_PLACES = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  `\u0001javascript:${RUN}`,
  `javascript://%0a${RUN}`,
  `data:text/html,<script>opener.${MARK}=1</script>`,
  `vbscript:msgbox(1)`,
  `//attacker.invalid/x`,
  `https:attacker.invalid`,
  `" onmouseover=${RUN} x="`,
  `' autofocus onfocus=${RUN} x='`,
  `" style="animation-name:x" onanimationstart="${RUN}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `#{${RUN}}`,
  `<%= ${RUN} %>`,
  `';${RUN};//`,
  `";${RUN};//`,
  `\`;${RUN};//`,
  `</script><script>${RUN}//`,
  `__proto__`,
  `constructor`,
  `{"dangerouslySetInnerHTML":{"__html":"<img src=x: onerror=${RUN}>"}}`,
  `=HYPERLINK("https://attacker.invalid","x")`,
  `+cmd|' /C calc'!A0`,
  `@SUM(1+1)*cmd|' /C calc'!A0`,
  `\u2028${RUN}\u2029`,
  `\u202e\u2066<img src=x: onerror=${RUN}>\u2069`,
  `\ufeff<script>${RUN}</script>`,
  `\ud83d\ude00<img src=x: onerror=${RUN}>`,
] as const

/** What a terminal does more with than to show it (T26): links, clipboard, titles, answers that become input, windows, modes. */
const ESCAPES = [
  `\u001b]8;;javascript:${RUN}\u0007link\u001b]8;;\u0007`,
  `\u001b]8;;https://attacker.invalid\u001b\\harmless.example\u001b]8;;\u001b\\`,
  `\u001b]52;c;cm0gLXJmIC8=\u0007`,
  `\u001b]52;c;?\u0007`,
  `\u001b]0;<img src=x: onerror=${RUN}>\u0007`,
  `\u001b]2;title\u001b\\\u001b[21t`,
  `\u001b[c\u001b[>c\u001b[=c\u001b[5n\u001b[6n`,
  `\u001b]4;1;?\u0007\u001b]10;?\u0007\u001b]11;?\u0007`,
  `\u001bP$q"p\u001b\\\u001bP+q544e\u001b\\`,
  `\u001b[8;1;1t\u001b[3;0;0t\u001b[2t`,
  `\u001b[?1049h\u001b[2J\u001b[?25l`,
  `\u001b[?1000h\u001b[?1003h\u001b[?1006h`,
  `\u009b31m\u009d0;x\u009c`,
  `\u001b]1337;File=name=eA==;inline=1:PHN2Zz4=\u0007`,
  `\u001bPq#0;2;0;0;0~~@@vv@@~~\u001b\\`,
  `\u0005\u000e\u000f\u001bc`,
  `\u001b[201~rm -rf /\r`,
] as const

/** Hostile texts: each tries to be more than text in a page or a terminal. More than 500. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...MARKUP.flatMap((markup) => CLOSERS.map((closer) => `${closer}${markup}`)),
  ...OTHER_PLACES,
  ...OTHER_PLACES.map((text) => `">${text}`),
  ...ESCAPES,
  ...ESCAPES.map((text) => `x${text}<img src=x: onerror=${RUN}>`),
]
