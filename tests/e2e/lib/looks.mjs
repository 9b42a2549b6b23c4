// What of the banner can be seen: functions that run in the page.

/** Style sheets of a page that fights the banner. */
export const HOSTILE = `<style>
  * { font: 5px fantasy !important; opacity: 0.1 !important; color: red !important; background: red !important }
  button { display: none !important; font-size: 1px !important; width: 1px !important; min-height: 0 !important; padding: 0 !important }
  [data-askfirst=reject] { -webkit-text-stroke: 3px red !important; visibility: hidden !important; height: 1px !important; position: absolute !important; left: -9999px !important; transform: scale(0.1) !important }
  askfirst-consent { display: none !important; position: static !important; transform: scale(0.1) !important; clip-path: inset(50%) !important }
</style>`;

/** What makes an answer of the banner easy to find and to press. @param {string} name */
export function looks(name) {
  const button = /** @type {HTMLElement} */ (document.querySelector(`askfirst-consent [data-askfirst=${name}]`));
  const { x, y, width, height } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  const { color, backgroundColor: background, opacity, display, visibility } = style;
  const stroke = `${style.webkitTextStrokeWidth} ${style.webkitTextStrokeColor}`;
  const font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily} ${stroke}`;
  const border = `${style.borderWidth} ${style.borderColor}`;
  const onTop = document.elementFromPoint(x + width / 2, y + height / 2) === button;
  const box = { y, width: Math.round(width), height: Math.round(height) };
  return { ...box, size: parseFloat(style.fontSize), font, color, background, border, opacity, display, visibility, onTop };
}

/**
 * How much of the focused element can be seen, from 0 to 1, and what it is: of a grid of points of its box, those that lie in
 * the window and are not under something else.
 */
export function focusSeen() {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return undefined;
  const target = at;
  const name = target.getAttribute('data-askfirst') ?? (target.id || target.localName);
  const boxes = [...target.getClientRects()];
  let seen = 0;
  let all = 0;
  for (const { left, top, width, height } of boxes) {
    for (let row = 0.5; row < 8; row += 1) {
      for (let column = 0.5; column < 8; column += 1) {
        all += 1;
        const hit = document.elementFromPoint(left + (width * column) / 8, top + (height * row) / 8);
        if (hit && (hit === target || target.contains(hit) || hit.shadowRoot?.contains(target))) seen += 1;
      }
    }
  }
  return { name, seen: all ? seen / all : 0 };
}

/** Does what browsers do that report layout shifts: watches the page's own elements, frame by frame. Runs before the page. */
export function tellShifts() {
  /** @type {Map<Element, string>} */
  const seen = new Map();
  const look = () => {
    for (const element of document.querySelectorAll('h1, #text, #own')) {
      const { x, y } = element.getBoundingClientRect();
      const at = `${x + scrollX} ${y + scrollY}`;
      if ((seen.get(element) ?? at) !== at) window.shifts.push(1);
      seen.set(element, at);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** A long page: forty links, each below the one before, in the column in which the banner stands. */
export function fortyLinks() {
  document.body.style.paddingInlineStart = '32px';
  for (let index = 1; index <= 40; index += 1) {
    const line = document.createElement('p');
    line.style.margin = '40px 0';
    const link = Object.assign(document.createElement('a'), { href: `#${index}`, id: `link${index}`, textContent: `Link ${index}` });
    line.append(link);
    document.body.append(line);
  }
}

/** What in the banner is cut off, overlaps or lies out of reach, in words. @returns {string[]} */
export function lost() {
  const host = /** @type {HTMLElement} */ (document.querySelector('askfirst-consent'));
  const faults = [];
  if (host.scrollWidth > host.clientWidth) faults.push(`the banner scrolls sideways: ${host.scrollWidth} in ${host.clientWidth}`);
  const outer = host.getBoundingClientRect();
  if (outer.left < 0 || outer.right > innerWidth || outer.top < 0 || outer.bottom > innerHeight)
    faults.push('the banner leaves the window');
  const shown = [...host.children].filter((child) => {
    const style = getComputedStyle(child);
    return style.display !== 'none' && style.clipPath === 'none';
  });
  /** @type {[name: string, box: DOMRect][]} */
  const boxes = [];
  for (const child of shown) {
    const name = child.getAttribute('data-askfirst') ?? child.localName;
    // Brings it into the banner's own window, as focus would.
    child.scrollIntoView({ block: 'nearest' });
    const text = document.createRange();
    text.selectNodeContents(child);
    const box = child.getBoundingClientRect();
    const frame = host.getBoundingClientRect();
    for (const line of text.getClientRects()) {
      if (line.left < box.left - 1 || line.right > box.right + 1) faults.push(`${name}: text sticks out at the sides`);
      if (line.top < box.top - 1 || line.bottom > box.bottom + 1) faults.push(`${name}: text sticks out above or below`);
      if (line.left < frame.left || line.right > frame.right) faults.push(`${name}: text leaves the banner`);
    }
    const tall = box.height > frame.height;
    if (!tall && (box.top < frame.top - 1 || box.bottom > frame.bottom + 1)) faults.push(`${name}: cannot be scrolled into view`);
    boxes.push([name, new DOMRect(box.x, box.y + host.scrollTop, box.width, box.height)]);
  }
  for (const [index, [name, one]] of boxes.entries()) {
    for (const [other, two] of boxes.slice(index + 1)) {
      const apart = one.right <= two.left + 1 || two.right <= one.left + 1 || one.bottom <= two.top + 1 || two.bottom <= one.top + 1;
      if (!apart) faults.push(`${name} overlaps ${other}`);
    }
  }
  host.scrollTop = 0;
  return [...new Set(faults)];
}
