// The divider moves in the browser; only a click, which chooses a segment, goes to the server.

export default function ({ data, parentElement, setTriggerValue }) {
  const part = (name) => parentElement.querySelector(`[data-part="${name}"]`);
  const [stage, range] = [part("stage"), part("range")];
  const split = () => {
    part("before").style.clipPath = `inset(0 ${100 - range.value}% 0 0)`;
    part("line").style.left = `${range.value}%`;
    range.setAttribute("aria-valuetext", `${range.value}% ${data.words[0]}, the rest ${data.words[1]}`);
  };
  for (const side of ["before", "after"]) if (part(side).src !== data[side]) part(side).src = data[side];
  part("after").alt = data.alt;
  part("left").textContent = data.words[0];
  part("right").textContent = data.words[1];
  range.oninput = split;
  split();

  const share = (event) => {
    const box = stage.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  let start = null;
  stage.onpointerdown = (event) => {
    start = share(event);
  };
  stage.onpointermove = (event) => {
    if (!start || !event.buttons) return;
    const [x] = share(event);
    if (Math.abs(x - start[0]) < 0.01 && !stage.dataset.dragging) return;
    stage.dataset.dragging = "yes";
    range.value = Math.round(100 * x);
    split();
  };
  stage.onpointerup = (event) => {
    if (start && !stage.dataset.dragging) setTriggerValue("picked", share(event));
    start = null;
    delete stage.dataset.dragging;
  };
  stage.onpointerleave = () => {
    start = null;
    delete stage.dataset.dragging;
  };
}
