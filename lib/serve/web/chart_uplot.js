// The uPlot side of chart.js: bands, levels, marks and shading are drawn by hooks.

import { valueRange } from './chart.js';
import { dayOf, timeOfDay } from './format.js';
import { colour } from './theme.js';

const PAD = 6;

function alpha(css, share) {
  const parts = /(\d+(?:\.\d+)?)[ ,]+(\d+(?:\.\d+)?)[ ,]+(\d+(?:\.\d+)?)/.exec(css);
  return parts ? `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, ${share})` : css;
}

/** Times of day, with the date where the day begins. */
export function timeLabels(splits, step) {
  let before = '';
  return splits.map((t) => {
    const day = dayOf(t);
    const first = day !== before;
    before = day;
    if (step >= 86_400) return day;
    return first ? `${timeOfDay(t)}\n${day}` : timeOfDay(t);
  });
}

function drawBand(u, layer) {
  const { ctx } = u;
  const [from, to] = [u.bbox.top, u.bbox.top + u.bbox.height];
  const y = (v) => Math.max(from, Math.min(to, u.valToPos(v, 'y', true)));
  ctx.fillStyle = alpha(colour(layer.colour), 0.16);
  let run = [];
  const close = () => {
    if (run.length) {
      if (run.length === 1) run.push(run[0]);
      ctx.beginPath();
      run.forEach((i, k) => {
        const wide = run[0] === run[1] ? (k ? 3 : -3) : 0;
        ctx[k ? 'lineTo' : 'moveTo'](u.valToPos(u.data[0][i], 'x', true) + wide, y(layer.upper[i]));
      });
      [...run].reverse().forEach((i, k) => {
        const wide = run[0] === run[1] ? (k ? -3 : 3) : 0;
        ctx.lineTo(u.valToPos(u.data[0][i], 'x', true) + wide, y(layer.lower[i]));
      });
      ctx.fill();
    }
    run = [];
  };
  layer.lower.forEach((v, i) =>
    Number.isFinite(v) && Number.isFinite(layer.upper[i]) ? run.push(i) : close(),
  );
  close();
}

function drawLevels(u, spec) {
  const { ctx, bbox } = u;
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  if (spec.bad) {
    const y = Math.max(
      bbox.top,
      Math.min(bbox.top + bbox.height, u.valToPos(spec.bad.value, 'y', true)),
    );
    ctx.fillStyle = alpha(colour('critical'), 0.06);
    const below = spec.bad.side === 'below';
    ctx.fillRect(
      bbox.left,
      below ? y : bbox.top,
      bbox.width,
      below ? bbox.top + bbox.height - y : y - bbox.top,
    );
  }
  for (const level of spec.levels ?? []) {
    const y = Math.round(u.valToPos(level.value, 'y', true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(level.colour);
    ctx.lineWidth = devicePixelRatio * 1.25;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.textAlign = 'left';
    ctx.textBaseline = level.under ? 'top' : 'bottom';
    ctx.fillText(
      level.label,
      bbox.left + 4 * devicePixelRatio,
      y + (level.under ? 3 : -3) * devicePixelRatio,
    );
  }
}

function drawMarks(u, spec) {
  const { ctx, bbox } = u;
  const gap = 4 * devicePixelRatio;
  let labelEnd = -Infinity;
  for (const mark of spec.marks ?? []) {
    const x = Math.round(u.valToPos(mark.t, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(mark.colour);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const text = `${mark.sign} ${mark.label}`;
    const width = ctx.measureText(text).width;
    const fits = x + gap + width < bbox.left + bbox.width;
    const start = fits ? x + gap : x - gap - width;
    if (start < labelEnd) continue;
    labelEnd = start + width + gap;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'top';
    ctx.fillText(text, start, bbox.top + 2);
  }
}

function seriesOf(layer) {
  const stroke = colour(layer.colour);
  if (layer.kind === 'bars')
    return {
      stroke,
      fill: alpha(stroke, 0.55),
      width: 0,
      paths: window.uPlot.paths.bars({ size: [0.82, 28], align: 1 }),
      points: { show: false },
    };
  return {
    stroke,
    width: 2,
    dash: layer.dash,
    spanGaps: false,
    points: { show: true, size: 5, fill: stroke },
  };
}

const rowsOf = (spec) => spec.layers.filter((layer) => layer.values);

function optionsOf(spec, width, options, onCursor) {
  const text = colour('muted');
  const grid = { stroke: colour('line'), width: 1 };
  const axis = {
    stroke: text,
    font: '11px system-ui, sans-serif',
    grid,
    ticks: { ...grid, size: 4 },
  };
  return {
    width,
    height: options.height,
    legend: { show: false },
    padding: [10, 8, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: options.sync ? { key: options.sync } : undefined,
      points: { size: 7 },
    },
    scales: {
      x: { time: true, range: () => [spec.from ?? spec.x[0], spec.to ?? spec.x.at(-1)] },
      y: { range: () => valueRange(spec) },
    },
    series: [{}, ...rowsOf(spec).map(seriesOf)],
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 38,
        space: 70,
        values: (_, splits, __, ___, step) => timeLabels(splits, step),
      },
      { ...axis, size: 58, space: 34, values: (_, splits) => splits.map((v) => spec.y.format(v)) },
    ],
    hooks: {
      drawClear: [
        (u) => {
          drawLevels(u, { bad: spec.bad });
          spec.layers
            .filter((layer) => layer.kind === 'band')
            .forEach((layer) => drawBand(u, layer));
        },
      ],
      draw: [
        (u) => {
          drawLevels(u, { levels: spec.levels });
          drawMarks(u, spec);
        },
      ],
      setCursor: [(u) => onCursor(u.cursor.idx ?? -1)],
    },
  };
}

export function uplotChart(holder, options) {
  let plot = null;
  let spec = null;
  let listener = () => {};
  const clear = () => {
    plot?.destroy();
    plot = null;
  };
  return {
    draw(next, width) {
      spec = next;
      clear();
      const data = [
        spec.x,
        ...rowsOf(spec).map((layer) => layer.values.map((v) => (Number.isFinite(v) ? v : null))),
      ];
      plot = new window.uPlot(
        optionsOf(spec, width, options, (i) => listener(i)),
        data,
        holder,
      );
      plot.root.setAttribute('aria-hidden', 'true');
    },
    setCursor(index) {
      if (!plot) return;
      const left = index < 0 ? -10 : plot.valToPos(spec.x[index], 'x');
      plot.setCursor({ left, top: index < 0 ? -10 : PAD });
    },
    onCursor: (next) => {
      listener = next;
    },
    destroy: clear,
  };
}
