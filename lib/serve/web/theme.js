// Light, dark, or as the system: the choice stays in this browser.

const KEY = 'mlops-theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS = { auto: 'as the system', light: 'light', dark: 'dark' };
const SIGNS = { auto: '◐', light: '☀', dark: '☾' };
const listeners = new Set();

function stored() {
  try {
    return localStorage.getItem(KEY) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function apply(choice) {
  const root = document.documentElement;
  if (choice === 'auto') delete root.dataset.theme;
  else root.dataset.theme = choice;
  const button = document.getElementById('theme');
  if (!button) return;
  button.textContent = SIGNS[choice];
  button.setAttribute('aria-label', `Colours: ${WORDS[choice]}`);
  button.title = `Colours: ${WORDS[choice]}`;
}

/** Called when colours change; canvases must be drawn again. */
export const onThemeChange = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const tell = () => listeners.forEach((listener) => listener());

export function startTheme() {
  apply(stored());
  document.getElementById('theme')?.addEventListener('click', () => {
    const choice = NEXT[stored()] ?? 'auto';
    localStorage.setItem(KEY, choice);
    apply(choice);
    tell();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
}

export function colour(name) {
  return getComputedStyle(document.getElementById('swatch-' + name) ?? swatch(name)).color;
}

/** light-dark() is resolved by the browser only on an element. */
function swatch(name) {
  const element = document.createElement('i');
  element.id = 'swatch-' + name;
  element.hidden = true;
  element.style.color = `var(--${name})`;
  document.body.append(element);
  return element;
}
