// Charts over time by uPlot, or by plain SVG where the program was built without it. Both draw the
// same description:
//   x: seconds; y: {format, zero?: bool, min?, max?}
//   layers: [{kind: 'line' | 'bars' | 'band', label, values | lower + upper, colour, dash?}]
//   levels: [{value, label, colour}]      horizontal, dashed
//   marks: [{t, label, sign, colour}]     vertical
//   bad: {value, side: 'below' | 'above'} shaded
import { svgChart } from './chart_svg.js';
import { uplotChart } from './chart_uplot.js';
import { onThemeChange } from './theme.js';

export function makeChart(holder, options) {
  const backend = (window.uPlot ? uplotChart : svgChart)(holder, options);
  let spec = null;
  let width = 0;
  const redraw = () => spec && holder.clientWidth && backend.draw(spec, holder.clientWidth);
  const observer = new ResizeObserver(() => {
    if (Math.abs(holder.clientWidth - width) < 2) return;
    width = holder.clientWidth;
    redraw();
  });
  observer.observe(holder);
  const forget = onThemeChange(redraw);
  return {
    draw(next) {
      spec = next;
      width = holder.clientWidth;
      redraw();
    },
    setCursor: (index) => backend.setCursor(index),
    onCursor: (listener) => backend.onCursor(listener),
    destroy() {
      observer.disconnect();
      forget();
      backend.destroy();
    },
  };
}

/** The values' range with some air, levels included. */
export function valueRange(spec) {
  const values = [];
  for (const layer of spec.layers)
    for (const list of [layer.values, layer.lower, layer.upper])
      if (list) values.push(...list.filter(Number.isFinite));
  for (const level of spec.levels ?? []) if (Number.isFinite(level.value)) values.push(level.value);
  if (!values.length) return [0, 1];
  let low = spec.y.zero ? 0 : Math.min(...values);
  let high = Math.max(...values);
  if (high === low)
    [low, high] = [low - Math.abs(low || 1) * 0.05, high + Math.abs(high || 1) * 0.05];
  const air = (high - low) * 0.08;
  return [
    spec.y.min ?? (spec.y.zero ? 0 : low - air),
    Math.min(high + air, spec.y.max ?? Infinity),
  ];
}
