// Runs before Streamlit's own scripts and hears the server's messages before they do. An answer to a
// moved control is some seventy of them, and laying the page out anew for every few takes longer than
// drawing the figure that is waited for. So where a figure is in sight, an answer is held back until
// its figure is painted (`studio.hears`), or it has ended or goes on for long; then it is told whole.

const LONG = 200, LONGEST = 300; // ms: until the first figure, and from then on
const FINISHED = 6; // the field of a message that says so
const Socket = window.WebSocket;
const studio = (window.studio = { stands: () => false, hears: () => undefined, holds: false });

// Whether a message says that the script has ended; those that do are short.
function ends(message) {
  if (!(message instanceof ArrayBuffer) || message.byteLength > 99) return false;
  const bytes = new Uint8Array(message);
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] >> 3 === FINISHED) return true;
    at += 2 + ((bytes[at] & 7) === 2 ? bytes[at + 1] : 0);
  }
  return false;
}

// Whatever goes wrong with the charts, messages travel as they would without them.
function asked(question, ...about) {
  try {
    return studio[question](...about);
  } catch (problem) {
    console.error(problem);
    return undefined;
  }
}

window.WebSocket = class extends Socket {
  #asked = false;
  #held = [];
  #painted; // the newest figure's
  #timer;

  constructor(...where) {
    super(...where);
    this.addEventListener("message", (event) => event.isTrusted && this.#hear(event));
  }

  send(message) {
    this.#asked ||= asked("stands");
    super.send(message);
  }

  #hear(event) {
    const painted = asked("hears", event.data);
    if (!painted && !this.#asked && !this.#held.length) return;
    event.stopImmediatePropagation();
    this.#held.push(event.data);
    studio.holds = true;
    if (painted) {
      if (!this.#painted) this.#wait(LONGEST);
      this.#painted = painted;
      painted.then(() => painted === this.#painted && this.#tell());
    } else if (this.#held.length === 1) this.#wait(LONG);
    if (!this.#painted && ends(event.data)) this.#tell();
  }

  #wait(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), time);
  }

  #tell() {
    clearTimeout(this.#timer);
    studio.holds = this.#asked = false;
    this.#painted = undefined;
    for (const data of this.#held.splice(0)) this.dispatchEvent(new MessageEvent("message", { data }));
  }
};
