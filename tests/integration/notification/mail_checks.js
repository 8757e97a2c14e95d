// What can be seen of a mail in a browser by a machine: what runs over the edge, what is hard to read, what has no glyph.
() => {
  const parsed = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1,
  });
  // WCAG 2.2: relative luminance, and the contrast of two.
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ({ r, g, b }) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const canvasOf = getComputedStyle(document.documentElement).colorScheme.includes("dark")
    && matchMedia("(prefers-color-scheme: dark)").matches ? parsed("rgb(18, 18, 18)") : parsed("rgb(255, 255, 255)");
  const background = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const color = parsed(getComputedStyle(at).backgroundColor);
      if (color.a > 0) layers.push(color);
      if (color.a === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), canvasOf);
  };

  const shown = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const hidden = style.display === "none" || style.visibility === "hidden" || Number(style.opacity) === 0;
    if (node.textContent.trim() && !hidden && box.width > 1 && box.height > 1) shown.push({ node, element, style, box });
  }

  const faint = shown.flatMap(({ node, element, style }) => {
    const under = background(element);
    const ratio = contrast(over(parsed(style.color), under), under);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return ratio < (large ? 3 : 4.5) ? [`${node.textContent.trim().slice(0, 40)} (${ratio.toFixed(2)})`] : [];
  });

  const beyond = shown.flatMap(({ node, box }) =>
    box.left < -1 || box.right > innerWidth + 1 ? [node.textContent.trim().slice(0, 40)] : []);
  if (document.documentElement.scrollWidth > innerWidth) beyond.push(`the page is ${document.documentElement.scrollWidth} wide`);

  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = (text, font) => {
    pen.clearRect(0, 0, 48, 48);
    pen.font = font;
    pen.fillText(text, 8, 32);
    return pen.getImageData(0, 0, 48, 48).data.join();
  };
  const boxes = new Set();
  for (const { node, style } of shown) {
    const font = `20px ${style.fontFamily}`;
    const none = drawn("\u{10FFFE}", font);
    for (const letter of new Set(node.textContent)) {
      if (!/[\p{C}\p{Z}\p{M}]/u.test(letter) && drawn(letter, font) === none) boxes.add(letter);
    }
  }
  return {
    faint, beyond, boxes: [...boxes],
    links: [...document.querySelectorAll("a")].map((each) => each.getAttribute("href")),
    text: document.body.innerText,
    direction: getComputedStyle(document.querySelector(".card") ?? document.body).direction,
  };
}
