// Figures among the messages of the server, found by how each begins:
// {"studio":"<its bytes, seven digits>","chart":"<its name on the page>", ...

const HEAD = `{"studio":"0000000","chart":"`, MARK = [...`{"studio":"`].map((sign) => sign.charCodeAt());
const decoder = new TextDecoder();

function place(bytes) {
  const [first, ...others] = MARK;
  let at = bytes.indexOf(first);
  while (at >= 0 && !others.every((code, i) => bytes[at + 1 + i] === code)) at = bytes.indexOf(first, at + 1);
  return at;
}

// The figure in a message, if there is one, as `show` is handed it later.
export function figureIn(message) {
  if (!(message instanceof ArrayBuffer) || message.byteLength < HEAD.length) return undefined;
  const bytes = new Uint8Array(message), at = place(bytes);
  if (at < 0) return undefined;
  const size = Number(decoder.decode(bytes.subarray(at + MARK.length, at + MARK.length + 7)));
  return at + size <= bytes.length ? bytes.subarray(at, at + size) : undefined;
}

// The name of a figure on the page: it begins in the same place in all of them, and is a word.
export function nameOf(bytes) {
  const from = HEAD.length;
  return decoder.decode(bytes.subarray(from, bytes.indexOf(34, from)));
}
