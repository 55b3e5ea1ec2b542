// Colours for JavaScript that the compiler printed: regular text, so a few patterns are enough.
// It must never drop a letter of the code.

const KEYWORDS =
  /async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|false|finally|for|from|function|get|if|import|in|instanceof|let|new|null|of|return|set|static|super|switch|this|throw|true|try|typeof|undefined|void|while|yield/;

const PIECES = new RegExp(
  [
    /(?<comment>\/\/.*|\/\*[^]*?\*\/)/u,
    /(?<string>"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|`(?:\\[^]|[^`\\])*`)/u,
    RegExp(`(?<![\\p{ID_Continue}$.])(?<keyword>${KEYWORDS.source})(?![\\p{ID_Continue}$])`, "u"),
    /(?<![\p{ID_Continue}$])(?<number>\d[\w.]*)/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

export function javascriptHtml(code: string): string {
  let html = "";
  let done = 0;
  for (const match of code.matchAll(PIECES)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? "";
    html += `${escape(code.slice(done, match.index))}<span class="token-${kind}">${escape(match[0])}</span>`;
    done = match.index + match[0].length;
  }
  return html + escape(code.slice(done));
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (unit) => `&#${unit.charCodeAt(0)};`);
}
