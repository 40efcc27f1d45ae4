// The same charts without uPlot: plain SVG, drawn anew for each change.

import { valueRange } from './chart.js';
import { timeLabels } from './chart_uplot.js';
import { svg } from './dom.js';

const LEFT = 58;
const RIGHT = 8;
const TOP = 12;
const BOTTOM = 34;
const N_LEVELS = 4;

function scales(spec, width, height) {
  const from = spec.from ?? spec.x[0];
  const to = spec.to ?? spec.x.at(-1);
  const [low, high] = valueRange(spec);
  return {
    low,
    high,
    from,
    to,
    x: (t) => LEFT + ((t - from) / (to - from || 1)) * (width - LEFT - RIGHT),
    y: (v) =>
      TOP + (1 - (Math.max(low, Math.min(high, v)) - low) / (high - low)) * (height - TOP - BOTTOM),
  };
}

/** Stretches of points that are there. */
function runs(spec, isThere) {
  const found = [];
  let run = [];
  spec.x.forEach((_, i) => {
    if (isThere(i)) return run.push(i);
    if (run.length) found.push(run);
    run = [];
  });
  if (run.length) found.push(run);
  return found;
}

const path = (indices, point) =>
  indices
    .map(
      (i, k) =>
        `${k ? 'L' : 'M'}${point(i)
          .map((v) => v.toFixed(1))
          .join(' ')}`,
    )
    .join('');

function drawLayer(spec, layer, s, height) {
  const group = svg('g', { class: `layer ${layer.kind} ink-${layer.colour}` });
  if (layer.kind === 'band') {
    for (const run of runs(
      spec,
      (i) => Number.isFinite(layer.lower[i]) && Number.isFinite(layer.upper[i]),
    )) {
      // A point alone gets a band of its own width.
      const wide = run.length === 1 ? [-3, 3] : [0];
      const corners = (list, values) =>
        list.flatMap((i) => wide.map((d) => [s.x(spec.x[i]) + d, s.y(values[i])]));
      const up = corners(run, layer.upper);
      const down = corners(run, layer.lower).reverse();
      const points = [...up, ...down].map((p) => p.map((v) => v.toFixed(1)).join(','));
      group.append(svg('polygon', { points: points.join(' ') }));
    }
  } else if (layer.kind === 'bars') {
    const step = spec.x.length > 1 ? s.x(spec.x[1]) - s.x(spec.x[0]) : 20;
    const floor = height - BOTTOM;
    layer.values.forEach((v, i) => {
      if (!(v > 0)) return;
      group.append(
        svg('rect', {
          x: s.x(spec.x[i]),
          y: s.y(v),
          width: Math.max(1, Math.min(28, step * 0.82)),
          height: Math.max(0, floor - s.y(v)),
        }),
      );
    });
  } else {
    for (const run of runs(spec, (i) => Number.isFinite(layer.values[i]))) {
      const point = (i) => [s.x(spec.x[i]), s.y(layer.values[i])];
      group.append(svg('path', { d: path(run, point) }));
      run.forEach((i) => group.append(svg('circle', { cx: point(i)[0], cy: point(i)[1], r: 2.2 })));
    }
  }
  return group;
}

function drawAxes(spec, s, width, height) {
  const group = svg('g', { class: 'axes' });
  for (let i = 0; i <= N_LEVELS; i += 1) {
    const value = s.low + ((s.high - s.low) * i) / N_LEVELS;
    group.append(
      svg('line', { x1: LEFT, x2: width - RIGHT, y1: s.y(value), y2: s.y(value) }),
      svg('text', { x: LEFT - 8, y: s.y(value) + 4, 'text-anchor': 'end' }, spec.y.format(value)),
    );
  }
  const n = Math.max(2, Math.min(7, Math.floor((width - LEFT) / 90)));
  const step = (s.to - s.from) / n;
  const times = Array.from({ length: n }, (_, i) => s.from + step * i);
  timeLabels(times, step).forEach((label, i) =>
    label
      .split('\n')
      .forEach((line, k) =>
        group.append(svg('text', { x: s.x(times[i]), y: height - BOTTOM + 14 + 13 * k }, line)),
      ),
  );
  return group;
}

function drawLevels(spec, s, width, height) {
  const group = svg('g', { class: 'levels' });
  if (spec.bad) {
    const y = s.y(spec.bad.value);
    const below = spec.bad.side === 'below';
    group.append(
      svg('rect', {
        class: 'bad',
        x: LEFT,
        width: width - LEFT - RIGHT,
        y: below ? y : TOP,
        height: Math.max(0, below ? height - BOTTOM - y : y - TOP),
      }),
    );
  }
  for (const level of spec.levels ?? [])
    group.append(
      svg(
        'g',
        { class: `level ink-${level.colour}` },
        svg('line', { x1: LEFT, x2: width - RIGHT, y1: s.y(level.value), y2: s.y(level.value) }),
        svg('text', { x: LEFT + 4, y: s.y(level.value) + (level.under ? 13 : -4) }, level.label),
      ),
    );
  for (const mark of spec.marks ?? []) {
    if (mark.t < s.from || mark.t > s.to) continue;
    const right = s.x(mark.t) > width - 70;
    group.append(
      svg(
        'g',
        { class: `mark ink-${mark.colour}` },
        svg('line', { x1: s.x(mark.t), x2: s.x(mark.t), y1: TOP, y2: height - BOTTOM }),
        svg(
          'text',
          { x: s.x(mark.t) + (right ? -4 : 4), y: TOP + 9, 'text-anchor': right ? 'end' : 'start' },
          `${mark.sign} ${mark.label}`,
        ),
      ),
    );
  }
  return group;
}

export function svgChart(holder, { height }) {
  let listener = () => {};
  let now = null;
  const cursor = svg('line', { class: 'cursor' });
  const nearest = (spec, t) =>
    spec.x.reduce((best, x, i) => (Math.abs(x - t) < Math.abs(spec.x[best] - t) ? i : best), 0);
  const move = (index) => {
    cursor.setAttribute('visibility', index < 0 ? 'hidden' : 'visible');
    if (index < 0) return;
    const x = now.s.x(now.spec.x[index]);
    for (const [key, value] of Object.entries({ x1: x, x2: x, y1: TOP, y2: height - BOTTOM }))
      cursor.setAttribute(key, value);
  };
  holder.addEventListener('pointermove', (event) => {
    if (!now) return;
    const { from, to } = now.s;
    const x = event.clientX - holder.getBoundingClientRect().left;
    const index = nearest(now.spec, from + ((x - LEFT) / (now.width - LEFT - RIGHT)) * (to - from));
    move(index);
    listener(index);
  });
  holder.addEventListener('pointerleave', () => {
    if (now) {
      move(-1);
      listener(-1);
    }
  });
  return {
    draw(spec, width) {
      const s = scales(spec, width, height);
      now = { spec, s, width };
      move(-1);
      holder.replaceChildren(
        svg(
          'svg',
          {
            viewBox: `0 0 ${width} ${height}`,
            width,
            height,
            class: 'plain-chart',
            'aria-hidden': 'true',
          },
          drawAxes(spec, s, width, height),
          ...spec.layers.map((layer) => drawLayer(spec, layer, s, height)),
          drawLevels(spec, s, width, height),
          cursor,
        ),
      );
    },
    setCursor: (index) => now && move(index),
    onCursor: (next) => {
      listener = next;
    },
    destroy: () => holder.replaceChildren(),
  };
}
