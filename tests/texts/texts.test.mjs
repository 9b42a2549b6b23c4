// The banner's words in every language: nothing is missing, nothing is too long for its place, and what has to be said is said.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/lib/run.mjs';

/** The languages of the European Union, and then others. */
const LANGUAGES = [
  ...['bg', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'fi', 'fr', 'ga', 'hr'],
  ...['hu', 'it', 'lt', 'lv', 'mt', 'nl', 'pl', 'pt', 'ro', 'sk', 'sl', 'sv'],
  ...['ar', 'he', 'ja', 'no', 'pt-br', 'tr', 'uk', 'zh'],
];

/** How long a text may be for its place, in characters. @type {Record<string, number>} */
const LONGEST = {
  title: 60,
  question: 330,
  policy: 40,
  reject: 24,
  accept: 24,
  settings: 24,
  manage: 36,
  none: 90,
  aggregated: 90,
  anonymous: 90,
  full: 90,
  heading: 60,
  noneChoice: 48,
  noneAbout: 140,
  aggregatedChoice: 48,
  aggregatedAbout: 140,
  anonymousChoice: 48,
  anonymousAbout: 140,
  fullChoice: 48,
  fullAbout: 140,
  fullTitle: 70,
  fullQuestion: 320,
  signal: 90,
  close: 20,
  receipt: 48,
  sent: 60,
  nothingSent: 40,
};

/** The texts that ask: they name the site, and the way back. */
const ASKING = ['question', 'fullQuestion'];
const WORDS = 40;
/** Where words are not set apart by spaces: characters. @type {Record<string, number>} */
const UNSPACED = { ja: 140, zh: 140 };

/** Words that tools which refuse for people were seen to press, where they know the language. @type {Record<string, string[]>} */
const RECOGNISED = {
  en: ['Reject', 'Decline', 'Refuse'],
  de: ['Ablehnen'],
  fr: ['Refuser'],
  es: ['Rechazar'],
  it: ['Rifiuta', 'Rifiuto'],
  nl: ['Weigeren'],
  pl: ['Odrzuć'],
  pt: ['Rejeitar', 'Recusar'],
  'pt-br': ['Rejeitar', 'Recusar'],
  sv: ['Avvisa', 'Neka', 'Avböj'],
  tr: ['Reddet'],
};

/** Values that are the same as in English, each with the reason. @type {Record<string, Record<string, string>>} */
const SAME_AS_ENGLISH = {};

const folder = join(root, 'www', 'texts');
/** @param {string} language @returns {Record<string, unknown>} */
const read = (language) => JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8'));
/** @param {string} text */
const characters = (text) => [...text].length;
/** @param {string} text @param {string} part */
const times = (text, part) => text.split(part).length - 1;
const english = read('en');

test('the languages are these, no fewer and no more', () => {
  const there = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert.deepEqual(there.sort(), LANGUAGES.map((language) => `${language}.json`).sort());
});

test('every text has a limit', () => assert.deepEqual(Object.keys(LONGEST), Object.keys(english)));

for (const language of LANGUAGES) {
  test(`${language}: every text is there and fits`, () => {
    const texts = read(language);
    assert.deepEqual(Object.keys(texts), Object.keys(english), 'the same keys in the same order');
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(typeof text === 'string' && text, `${key} is a text`);
      assert.equal(text.trim(), text, `${key} begins and ends with what is seen`);
      assert.doesNotMatch(text, /[\p{Cc}\p{Cf}<>]/u, key);
      assert.ok(characters(text) <= (LONGEST[key] ?? 0), `${key}: ${characters(text)} characters, ${LONGEST[key]} fit`);
      assert.equal(times(text, '{site}'), ASKING.includes(key) ? 1 : 0, `${key}: {site}`);
      assert.doesNotMatch(text.replace('{site}', ''), /[{}]/, `${key} has no other placeholder`);
      if (language !== 'en' && !SAME_AS_ENGLISH[language]?.[key]) assert.notEqual(text, english[key], `${key} is translated`);
    }
  });

  test(`${language}: the question is short, names the way back, and its refusal is recognised`, () => {
    const texts = /** @type {Record<string, string>} */ (read(language));
    const { question = '', manage = '', reject = '', accept } = texts;
    for (const key of ASKING) assert.ok(texts[key]?.includes(manage), `${key} names “${manage}”`);
    const most = UNSPACED[language];
    const length = most ? characters(question) : question.split(/\s+/).length;
    assert.ok(length <= (most ?? WORDS), `${length} ${most ? 'characters' : 'words'}`);
    // How long: six months, and thirteen under an account.
    assert.match(question, /6/);
    assert.match(texts.fullQuestion ?? '', /13/);
    assert.notEqual(reject, accept);
    const recognised = RECOGNISED[language];
    if (recognised) assert.ok(recognised.includes(reject), reject);
  });
}
