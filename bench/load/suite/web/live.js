/** The tab "Live" and the banner in Locust's page. Locust's own page draws everything else. */

import { drawn } from './chart.js';
import { chartsOf, chartsOfTwo } from './charts.js';
import { followArm, openParameters, pickDefaults } from './form.js';
import { showPair } from './pair.js';
import { showRuns } from './runs.js';
import { reachable } from './tables.js';

/**
 * @typedef {import('./charts.js').Point} Point
 * @typedef {import('./pair.js').Pair} Pair
 */

const EVERY_MS = 1000;

/** @type {{ state: string, points: Point[], others: Point[] }} `others`: the second chat's. */
const known = { state: '', points: [], others: [] };
const root = /** @type {Element} */ (document.getElementById('root'));
const style = document.head.appendChild(document.createElement('link'));
style.rel = 'stylesheet';
style.href = './chat/live.css';
const panel = section('chat-live', 'Live charts');
const charts = panel.appendChild(document.createElement('div'));
charts.className = 'charts';
const pair = panel.appendChild(document.createElement('div'));
pair.className = 'pair';
reachable(pair, 'Two chats in turns');
const runs = panel.appendChild(document.createElement('div'));
runs.className = 'runs';
const banner = section('chat-banner', 'Warnings');
banner.setAttribute('role', 'status');
let formSeen = false;

/** @param {string} id @param {string} name */
function section(id, name) {
  const found = document.body.appendChild(document.createElement('section'));
  found.id = id;
  found.hidden = true;
  found.setAttribute('aria-label', name);
  return found;
}

async function update() {
  const query = `state=${known.state}&since=${known.points.length}`;
  const answer = await fetch(`./chat/timeline?${query}`).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  known.points = [...known.points.slice(0, found.first), ...found.points];
  known.others = [...known.others.slice(0, found.first), ...(found.pair?.points ?? [])];
  known.state = found.state;
  attendForm(found);
  banner.textContent = found.notices.join(' ');
  banner.hidden = !banner.textContent;
  show(found.tab, found.chat, found.pair);
  showRuns(runs, found.runs);
}

/** @param {{ arms: Record<string, string>, picked: string[] }} found */
function attendForm({ arms, picked }) {
  // After the first test, the form stands in a dialog outside of the root.
  const page = document.body;
  followArm(arms, page);
  const form = page.querySelector('table input[type="checkbox"]');
  if (form && !formSeen) {
    pickDefaults(picked, page);
    openParameters(page);
  }
  formSeen = Boolean(form);
}

/** @param {string} tab @param {string} chat @param {Pair | null} two */
function show(tab, chat, two) {
  const open = new URLSearchParams(location.search).get('tab') ?? '';
  const table = root.querySelector('table');
  document.body.dataset.chatTab = root.querySelector('[role="tablist"]') ? open : '';
  panel.hidden = !(table && document.body.dataset.chatTab === tab);
  if (panel.hidden) return;
  // Locust draws the table of the tab; the charts stand below it.
  const place = /** @type {Element} */ (table?.parentElement);
  if (place.nextElementSibling !== panel) place.after(panel);
  const title = document.createElement('h2');
  title.textContent = two?.arms.join(' and ') || chat || 'No test has run yet';
  const times = known.points.map((point) => point.at_s);
  const all = two ? chartsOfTwo(known.points, known.others, two.arms) : chartsOf(known.points);
  charts.replaceChildren(title, ...all.map((chart) => drawn(chart, times)));
  showPair(pair, two);
}

async function follow() {
  await update();
  setTimeout(follow, EVERY_MS);
}

root.addEventListener('click', () => setTimeout(update, 50));
follow();
