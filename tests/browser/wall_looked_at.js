// What somebody three metres away could not read: text below 30 px of a screen of 1080 lines, and text that is cut off.
() => {
  const least = 30 * Math.min(innerWidth / 1920, innerHeight / 1080) - 0.02, small = [], cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, of = node.parentElement;
    if (!node.nodeValue.trim() || of.closest("noscript, [hidden]")) { continue; }
    if (parseFloat(getComputedStyle(of).fontSize) < least) { small.push(node.nodeValue.trim()); }
    const range = document.createRange(), held = (of.closest(".held") || document.body).getBoundingClientRect();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.right > held.right + 2 || box.bottom > held.bottom + 4 || box.left < held.left - 2) { cut.push(node.nodeValue.trim()); break; }
    }
  }
  for (const each of document.querySelectorAll(".held, #range, #as-of, #title, #question, #next, #told, .kept, #band")) {
    if (each.offsetParent && each.scrollWidth > each.clientWidth + 1) { cut.push(each.textContent.trim()); }
  }
  for (const held of document.querySelectorAll(".held")) {
    const parts = [...held.children].filter((each) => each.offsetParent).map((each) => each.getBoundingClientRect());
    if (parts.some((part, i) => i && parts[i - 1].bottom > part.top + 1)) { cut.push("parts lie on each other: " + held.textContent.trim()); }
  }
  const page = document.documentElement;
  const failed = [...document.querySelectorAll(".problem")].filter((each) => each.textContent.includes("could not be drawn")).length;
  return {
    failed: failed,
    small: small, cut: cut, scrolls: [page.scrollWidth - innerWidth, page.scrollHeight - innerHeight],
    panels: document.querySelectorAll(".place:not([hidden])").length, links: document.querySelectorAll("a, button, input").length,
  };
}
