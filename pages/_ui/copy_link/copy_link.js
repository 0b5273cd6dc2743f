// Copies the page's address with every control's value; shows it for copying by hand
// where the browser gives no access to the clipboard.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("span");
  const field = parentElement.querySelector("input");
  const path = data.page ? location.pathname.replace(/[^/]*$/, data.page) : location.pathname;
  const address = `${location.origin}${path}?${data.query}`;
  const label = data.label || "Copy link";
  let timer;

  function say(words) {
    const long = words === data.copied;
    button.textContent = words;
    button.classList.toggle("long", long);
    status.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(rest, long ? 8000 : 2000);
  }

  function rest() {
    button.textContent = label;
    button.classList.remove("long");
  }

  rest();
  button.dataset.address = address;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(address);
      say(data.copied || "Link copied");
    } catch {
      field.hidden = false;
      field.value = address;
      field.focus();
      field.select();
      say("Copy it from here");
    }
  };
  return () => clearTimeout(timer);
}
