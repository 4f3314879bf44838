// Makes a picture of what a panel draws. It is made of shapes and lines of text alone, with the colours of the theme in it, so that it
// opens in any program, needs nothing from anywhere, and says by itself of what, of when and from which data it is.
(function () {
  "use strict";
  var EDGE = 32, LEAST = 420, SHARP = 2, MOST_PIXELS = 6e7;
  var LEFT_OUT = ".panel-menu, .read, .as-table > summary, .more, .closer, .sub, .files, title, desc, form, input, button";
  var pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  // ---- small things -----------------------------------------------------------------------------------------

  function escaped(text) {
    return String(text).replace(/[&<>"]/g, function (sign) { return { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[sign]; });
  }

  function round(number) { return Math.round(number * 100) / 100; }

  function element(name, attributes, content) {
    var written = Object.keys(attributes).filter(function (key) { return attributes[key] !== undefined && attributes[key] !== ""; })
      .map(function (key) { return " " + key + '="' + escaped(typeof attributes[key] === "number" ? round(attributes[key]) : attributes[key]) + '"'; });
    return "<" + name + written.join("") + (content === undefined ? "/>" : ">" + content + "</" + name + ">");
  }

  // A colour as every program reads it: #rrggbb and how opaque it is. Nothing of what is transparent. However a style sheet mixed it,
  // one pixel of it tells what it is.
  var known = {};
  function parts(text) {
    var plain = text.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
    if (plain) { return [Number(plain[1]), Number(plain[2]), Number(plain[3]), plain[4] === undefined ? 1 : Number(plain[4])]; }
    if (text === "none" || !text) { return [0, 0, 0, 0]; }
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    var pixel = pen.getImageData(0, 0, 1, 1).data;
    return [pixel[0], pixel[1], pixel[2], pixel[3] / 255];
  }

  function colour(text, opacity) {
    var found = (known[text] = known[text] || parts(text)), alpha = found[3] * opacity;
    var hex = found.slice(0, 3).map(function (part) { return ("0" + part.toString(16)).slice(-2); });
    return alpha > 0.004 ? { hex: "#" + hex.join(""), alpha: alpha < 0.996 ? alpha : undefined } : null;
  }

  function font(style) {
    return style.fontStyle + " " + style.fontWeight + " " + style.fontSize + " " + style.fontFamily;
  }

  // ---- a drawing in the making --------------------------------------------------------------------------------

  function Drawing(family) {
    this.parts = [];
    this.family = family;
    this.clips = 0;
    this.within = null;
    this.left = this.top = Infinity;
    this.right = this.bottom = -Infinity;
  }

  Drawing.prototype.holds = function (box) {
    var left = box.left, top = box.top, right = box.right, bottom = box.bottom, inner = this.within;
    if (inner) { left = Math.max(left, inner.left); top = Math.max(top, inner.top); right = Math.min(right, inner.right); bottom = Math.min(bottom, inner.bottom); }
    if (right < left || bottom < top) { return; }
    this.left = Math.min(this.left, left); this.top = Math.min(this.top, top);
    this.right = Math.max(this.right, right); this.bottom = Math.max(this.bottom, bottom);
  };

  Drawing.prototype.add = function (name, attributes, content) { this.parts.push(element(name, attributes, content)); };

  // ---- text -------------------------------------------------------------------------------------------------

  // The lines in which a text stands on the screen: of each its words and its box.
  function linesOf(node) {
    var range = document.createRange(), found = [], word = /\S+/g, match, whole = node.data;
    function take(start, end) {
      range.setStart(node, start); range.setEnd(node, end);
      var boxes = range.getClientRects();
      if (!boxes.length) { return; }
      if (boxes.length > 1 && end - start > 1 && Math.abs(boxes[0].top - boxes[boxes.length - 1].top) > 2) {
        for (var at = start; at < end; at += 1) { take(at, at + 1); } // a word that is broken
        return;
      }
      var box = boxes[0], last = found[found.length - 1];
      if (last && Math.abs(last.top - box.top) < 2 && box.left >= last.left) {
        last.text += whole.slice(last.end, end).replace(/\s+/g, " "); last.end = end; last.right = box.right;
      } else {
        found.push({ text: whole.slice(start, end), end: end, left: box.left, right: box.right, top: box.top, bottom: box.bottom });
      }
    }
    while ((match = word.exec(whole))) { take(match.index, match.index + match[0].length); }
    return found;
  }

  function write(drawing, node, style, paint, opacity, zoom) {
    var fill = colour(paint, opacity);
    if (!fill) { return; }
    pen.font = font(style);
    var told = pen.measureText("x"), rise = told.fontBoundingBoxAscent / (told.fontBoundingBoxAscent + told.fontBoundingBoxDescent);
    linesOf(node).forEach(function (line) {
      drawing.holds(line);
      drawing.add("text", {
        x: line.left, y: line.top + (line.bottom - line.top) * rise, fill: fill.hex, "fill-opacity": fill.alpha,
        "font-size": parseFloat(style.fontSize) * zoom, "font-weight": style.fontWeight === "400" ? undefined : style.fontWeight,
        "font-style": style.fontStyle === "normal" ? undefined : style.fontStyle,
        "font-family": style.fontFamily === drawing.family ? undefined : style.fontFamily,
        textLength: line.text.length > 1 ? line.right - line.left : undefined, lengthAdjust: line.text.length > 1 ? "spacingAndGlyphs" : undefined,
      }, escaped(style.textTransform === "uppercase" ? line.text.toUpperCase() : line.text));
    });
  }

  // ---- boxes ------------------------------------------------------------------------------------------------

  var SIDES = ["Top", "Right", "Bottom", "Left"];

  function fillBox(drawing, box, style, opacity, zoom) {
    var fill = colour(style.backgroundColor, opacity);
    if (!fill || !box.width || !box.height) { return; }
    drawing.holds(box);
    var corner = Math.min(parseFloat(style.borderTopLeftRadius) * zoom || 0, box.width / 2, box.height / 2);
    drawing.add("rect", { x: box.left, y: box.top, width: box.width, height: box.height, rx: corner || undefined, fill: fill.hex, "fill-opacity": fill.alpha });
  }

  function edgesOf(style, opacity, zoom) {
    return SIDES.map(function (side) {
      var kind = style["border" + side + "Style"], width = parseFloat(style["border" + side + "Width"]) * zoom;
      var paint = colour(style["border" + side + "Color"], opacity);
      return width && paint && kind !== "none" && kind !== "hidden" ? { width: width, kind: kind, hex: paint.hex, alpha: paint.alpha } : null;
    });
  }

  function stroked(edge) {
    var dash = edge.kind === "dashed" ? 3 * edge.width + " " + 2 * edge.width : edge.kind === "dotted" ? edge.width + " " + 2 * edge.width : undefined;
    return { stroke: edge.hex, "stroke-opacity": edge.alpha, "stroke-width": edge.width, "stroke-dasharray": dash };
  }

  function edgeBox(drawing, box, style, opacity, zoom) {
    var edges = edgesOf(style, opacity, zoom), first = edges[0];
    if (!edges.some(Boolean)) { return; }
    drawing.holds(box);
    var isWhole = edges.every(function (edge) { return edge && edge.hex === first.hex && edge.width === first.width && edge.kind === first.kind; });
    if (isWhole) {
      var half = first.width / 2, corner = Math.min(parseFloat(style.borderTopLeftRadius) * zoom || 0, box.width / 2, box.height / 2);
      drawing.add("rect", Object.assign({ x: box.left + half, y: box.top + half, width: Math.max(0, box.width - first.width), height: Math.max(0, box.height - first.width), rx: corner || undefined, fill: "none" }, stroked(first)));
      return;
    }
    edges.forEach(function (edge, side) {
      if (!edge) { return; }
      var half = edge.width / 2, x1 = side === 1 ? box.right - half : box.left + (side === 3 ? half : 0), x2 = side === 3 ? box.left + half : box.right - (side === 1 ? half : 0);
      var y1 = side === 2 ? box.bottom - half : box.top + (side === 0 ? half : 0), y2 = side === 0 ? box.top + half : box.bottom - (side === 2 ? half : 0);
      drawing.add("line", Object.assign({ x1: x1, y1: y1, x2: x2, y2: y2 }, stroked(edge)));
    });
  }

  // What a style sheet lays under an element: a box of its size.
  function underBox(drawing, each, box, opacity, zoom) {
    var under = getComputedStyle(each, "::before");
    if (under.content !== '""' || under.position !== "absolute" || under.display === "none") { return; }
    if (parseFloat(under.width) * zoom < box.width - 3 || parseFloat(under.height) * zoom < box.height - 3) { return; }
    fillBox(drawing, box, under, opacity * parseFloat(under.opacity), zoom);
  }

  // ---- drawings in the page -----------------------------------------------------------------------------------

  function at(matrix, x, y) {
    return { x: matrix.a * x + matrix.c * y + matrix.e, y: matrix.b * x + matrix.d * y + matrix.f };
  }

  // A path's steps in the picture's own coordinates; null where it has a step that cannot be stretched.
  function stretched(steps, matrix) {
    var here = { x: 0, y: 0 }, start = here, written = [], tokens = steps.match(/[a-zA-Z]|-?[\d.]+(?:e-?\d+)?/g) || [], step = "", place = 0;
    function number() { place += 1; return parseFloat(tokens[place - 1]); }
    while (place < tokens.length) {
      if (/[a-zA-Z]/.test(tokens[place])) { step = tokens[place]; place += 1; }
      var kind = step.toUpperCase(), isNear = step !== kind, count = { M: 1, L: 1, H: 1, V: 1, C: 3, Q: 2, Z: 0 }[kind], points = [];
      if (count === undefined) { return null; }
      for (var each = 0; each < count; each += 1) {
        var x = kind === "V" ? (isNear ? 0 : here.x) : number(), y = kind === "H" ? (isNear ? 0 : here.y) : number();
        points.push({ x: x + (isNear ? here.x : 0), y: y + (isNear ? here.y : 0) });
      }
      here = points.length ? points[points.length - 1] : start;
      if (kind === "M") { start = here; step = isNear ? "l" : "L"; }
      written.push((kind === "H" || kind === "V" ? "L" : kind) + points.map(function (point) {
        var moved = at(matrix, point.x, point.y);
        return round(moved.x) + " " + round(moved.y);
      }).join(" "));
    }
    return written.join("");
  }

  function painted(style, opacity, stretch) {
    var fill = colour(style.fill, opacity * parseFloat(style.fillOpacity)), line = colour(style.stroke, opacity * parseFloat(style.strokeOpacity));
    var width = parseFloat(style.strokeWidth) * stretch, dashes = style.strokeDasharray === "none" ? undefined : (style.strokeDasharray.match(/[\d.]+/g) || []).map(function (part) { return round(part * stretch); }).join(" ");
    if (!line || !width) { return fill ? { fill: fill.hex, "fill-opacity": fill.alpha } : null; }
    return {
      fill: fill ? fill.hex : "none", "fill-opacity": fill ? fill.alpha : undefined, stroke: line.hex, "stroke-opacity": line.alpha, "stroke-width": width,
      "stroke-dasharray": dashes, "stroke-linecap": style.strokeLinecap === "butt" ? undefined : style.strokeLinecap, "stroke-linejoin": style.strokeLinejoin === "miter" ? undefined : style.strokeLinejoin,
    };
  }

  function value(each, name) { return each[name].baseVal.value; }

  var SHAPES = {
    line: function (each, matrix) {
      var from = at(matrix, value(each, "x1"), value(each, "y1")), to = at(matrix, value(each, "x2"), value(each, "y2"));
      return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
    },
    rect: function (each, matrix, style) {
      var from = at(matrix, value(each, "x"), value(each, "y")), corner = parseFloat(style.rx) * matrix.a;
      return { x: from.x, y: from.y, width: value(each, "width") * matrix.a, height: value(each, "height") * matrix.d, rx: corner || undefined };
    },
    circle: function (each, matrix, style) {
      var middle = at(matrix, value(each, "cx"), value(each, "cy"));
      return { cx: middle.x, cy: middle.y, r: (parseFloat(style.r) || value(each, "r")) * Math.sqrt(Math.abs(matrix.a * matrix.d)) };
    },
    polyline: function (each, matrix) {
      var points = Array.prototype.map.call(each.points, function (point) { return at(matrix, point.x, point.y); });
      return { points: points.map(function (point) { return round(point.x) + "," + round(point.y); }).join(" ") };
    },
    path: function (each, matrix) {
      var steps = each.getAttribute("d") || "", moved = stretched(steps, matrix);
      return moved === null ? { d: steps, transform: "matrix(" + [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f].map(round).join(" ") + ")" } : { d: moved };
    },
  };
  SHAPES.polygon = SHAPES.polyline;

  function drawShape(drawing, each, style, opacity, zoom) {
    var matrix = each.getScreenCTM(), place = matrix && SHAPES[each.nodeName](each, matrix, style);
    if (!place) { return; }
    var scale = Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c)), isKept = style.vectorEffect === "non-scaling-stroke";
    var paint = painted(style, opacity, place.transform ? (isKept ? zoom / scale : 1) : isKept ? zoom : scale);
    if (!paint) { return; }
    drawing.holds(each.getBoundingClientRect());
    drawing.add(each.nodeName, Object.assign(place, paint));
  }

  // ---- everything ---------------------------------------------------------------------------------------------

  function isCut(each, style) {
    return style.overflowX !== "visible" && each.nodeName !== "svg" && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
  }

  function children(drawing, each, style, opacity, zoom) {
    each.childNodes.forEach(function (child) {
      if (child.nodeType === 3) { write(drawing, child, style, each instanceof SVGElement ? style.fill : style.color, opacity, zoom); }
      else if (child.nodeType === 1) { draw(drawing, child, opacity); }
    });
  }

  function draw(drawing, each, opacity) {
    if (each.matches(LEFT_OUT) || drawing.told.indexOf(each) >= 0) { return; }
    var style = getComputedStyle(each), zoom = each.currentCSSZoom || 1;
    if (style.display === "none" || style.visibility === "hidden") { return; }
    opacity *= parseFloat(style.opacity);
    if (each instanceof SVGElement) {
      if (SHAPES[each.nodeName]) { drawShape(drawing, each, style, opacity, zoom); } else { children(drawing, each, style, opacity, zoom); }
      return;
    }
    if (each.closest("details:not([open])") && !each.closest("summary")) { return; }
    var box = each.getBoundingClientRect(), isInline = style.display === "inline";
    if (style.display !== "contents") {
      (isInline ? Array.prototype.slice.call(each.getClientRects()) : [box]).forEach(function (one) {
        fillBox(drawing, one, style, opacity, zoom);
        underBox(drawing, each, one, opacity, zoom);
        edgeBox(drawing, one, style, opacity, zoom);
      });
    }
    if (!isInline && isCut(each, style)) { clipped(drawing, box, function () { children(drawing, each, style, opacity, zoom); }); return; }
    children(drawing, each, style, opacity, zoom);
  }

  function clipped(drawing, box, made) {
    var id = "cut-" + (drawing.clips += 1), outer = drawing.within;
    drawing.add("clipPath", { id: id }, element("rect", { x: box.left, y: box.top, width: box.width, height: box.height }));
    drawing.parts.push('<g clip-path="url(#' + id + ')">');
    drawing.within = box;
    made();
    drawing.within = outer;
    drawing.parts.push("</g>");
  }

  // ---- the sheet around it --------------------------------------------------------------------------------------

  function wrapped(text, size, weight, family, width) {
    var lines = [], line = "";
    pen.font = weight + " " + size + "px " + family;
    text.split(/\s+/).filter(Boolean).forEach(function (word) {
      var longer = line ? line + " " + word : word;
      if (line && pen.measureText(longer).width > width) { lines.push(line); line = word; } else { line = longer; }
    });
    return line ? lines.concat(line) : lines;
  }

  function Sheet(style, family, width) {
    this.style = style; this.family = family; this.width = width; this.down = EDGE; this.parts = [];
  }

  Sheet.prototype.says = function (text, size, weight, name) {
    wrapped(text, size, weight, this.family, this.width).forEach(function (line) {
      this.down += Math.round(size * 1.34);
      this.parts.push(element("text", { x: EDGE, y: this.down - Math.round(size * 0.32), "font-size": size, "font-weight": weight === 400 ? undefined : weight, fill: this.ink(name) }, escaped(line)));
    }, this);
  };

  Sheet.prototype.ink = function (name) {
    pen.fillStyle = this.style.getPropertyValue(name).trim();
    return pen.fillStyle;
  };

  // The name and the question stand in the sheet's head: of the panel itself the rest is drawn.
  function headOf(place, told) {
    var heading = place.querySelector(":scope > .heading") || place, title = heading.querySelector(":scope > h2, :scope > div > h2");
    var question = heading.querySelector(":scope > .q, :scope > div > .q"), said = [title, question].filter(Boolean);
    function words(one, otherwise) { return one ? one.innerText.replace(/\s+/g, " ").trim() : otherwise; }
    return { title: words(title, told.title), question: words(question, told.question), said: said };
  }

  function sheetOf(menu, least) {
    var place = menu.parentElement, told = JSON.parse(menu.getAttribute("data-told")), style = getComputedStyle(place), head = headOf(place, told);
    var drawing = new Drawing(style.fontFamily), zoom = place.currentCSSZoom || 1;
    drawing.told = head.said;
    Array.prototype.forEach.call(place.children, function (each) { draw(drawing, each, 1); });
    var isEmpty = drawing.right < drawing.left, wide = isEmpty ? 0 : (drawing.right - drawing.left) / zoom, high = isEmpty ? 0 : (drawing.bottom - drawing.top) / zoom;
    var sheet = new Sheet(style, style.fontFamily, Math.max(least, wide));
    sheet.says(head.title, 21, 640, "--ink");
    sheet.says(head.question, 14, 400, "--soft");
    sheet.down += 16;
    var move = "translate(" + round(EDGE - drawing.left / zoom) + " " + round(sheet.down - drawing.top / zoom) + ") scale(" + round(1e4 / zoom) / 1e4 + ")";
    if (!isEmpty) { sheet.parts.push(element("g", { transform: move }, drawing.parts.join("\n"))); }
    sheet.down += high + 18;
    sheet.parts.push(element("line", { x1: EDGE, x2: EDGE + sheet.width, y1: sheet.down, y2: sheet.down, stroke: sheet.ink("--line") }));
    sheet.down += 8;
    told.lines.forEach(function (line) { sheet.says(line, 12, 400, "--soft"); });
    return { sheet: sheet, title: head.title, words: [head.question].concat(told.lines).join(" ") };
  }

  // least: how wide it is, unless what is drawn is wider.
  function picture(menu, least) {
    var made = sheetOf(menu, least ? least - 2 * EDGE : LEAST), sheet = made.sheet, width = Math.ceil(sheet.width + 2 * EDGE), height = Math.ceil(sheet.down + EDGE - 8);
    var inside = [
      element("title", {}, escaped(made.title)), element("desc", {}, escaped(made.words)),
      element("rect", { width: width, height: height, fill: sheet.ink("--panel") }),
    ].concat(sheet.parts);
    var text = element("svg", { xmlns: "http://www.w3.org/2000/svg", width: width, height: height, viewBox: "0 0 " + width + " " + height, role: "img", "font-family": sheet.family }, "\n" + inside.join("\n") + "\n");
    return { text: text, width: width, height: height };
  }

  function pixels(made) {
    var scale = made.width * made.height * SHARP * SHARP > MOST_PIXELS ? 1 : SHARP;
    var address = URL.createObjectURL(new Blob([made.text], { type: "image/svg+xml" })), image = new Image();
    return new Promise(function (done, failed) {
      image.onload = function () {
        var canvas = document.createElement("canvas");
        canvas.width = made.width * scale; canvas.height = made.height * scale;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) { if (blob) { done(blob); } else { failed(new Error("no picture")); } }, "image/png");
      };
      image.onerror = function () { failed(new Error("no picture")); };
      image.src = address;
    }).finally(function () { URL.revokeObjectURL(address); });
  }

  function give(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }

  function save(menu, kind) {
    var name = menu.getAttribute("data-name") + "." + kind;
    return Promise.resolve().then(function () {
      var made = picture(menu);
      return kind === "svg" ? new Blob([made.text], { type: "image/svg+xml" }) : pixels(made);
    }).then(function (blob) { give(blob, name); });
  }

  window.commandCenterPicture = { save: save, draw: picture };
})();
