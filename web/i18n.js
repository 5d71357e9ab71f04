// The words of the interface, in Russian and English, and dates and numbers as each language writes them.

const WORDS = {
  ru: {
    skip: 'К материалам', nav: 'Разделы', 'nav.search': 'Поиск', 'nav.citations': 'Кто кого цитирует',
    'language.other': 'English', 'logout': 'Выйти', 'archives': 'Все архивы', 'theme.auto': 'Тема: как в системе', 'theme.light': 'Тема: светлая', 'theme.dark': 'Тема: тёмная',
    'search.label': 'Что искать', 'search.placeholder': 'Слова, имена, «точная фраза»…', 'search.go': 'Найти', 'search.suggestions': 'Подсказки',
    'search.hints': { one: '{n} подсказка', few: '{n} подсказки', many: '{n} подсказок', other: '{n} подсказки' },
    help: 'Как искать', 'facet.think_tank': 'Аналитические центры', 'facet.outlet': 'Издания', 'facet.cited': 'Цитируемые источники', 'facet.actor': 'Действующие лица',
    'facet.via': 'Через', 'facet.cited_kind': 'Род источника', 'facet.month': 'Месяц', 'facet.word': 'Слова',
    'facet.inside': 'Найти в списке: {name}', 'facet.inside.short': 'Найти в списке', 'facet.more': 'Показать больше', 'facet.less': 'Свернуть', 'facet.none': 'Ничего нет', 'facet.exclude': 'Исключить: {name}', 'facet.excluded': 'исключено',
    'facet.without': 'Без: {name}', 'filters': 'Отбор', 'filters.show': 'Отбор и фильтры', 'filters.show.hits': 'Показать: {articles}', 'filters.active': 'Выбрано', 'filters.clear': 'Сбросить всё', 'filter.remove': 'Убрать: {name}',
    'count.articles': { one: '{n} статья', few: '{n} статьи', many: '{n} статей', other: '{n} статьи' }, 'count.found': 'Найдено: {articles}',
    'sort': 'Порядок', 'sort.relevance': 'По соответствию', 'sort.newest': 'Сначала новые', 'sort.oldest': 'Сначала старые',
    'export': 'Сохранить', 'export.csv': 'CSV', 'export.jsonl': 'JSON Lines', 'export.xlsx': 'Excel', 'export.csv_excel': 'CSV для Excel', 'export.references': 'Сноски', 'reference.copy': 'Копировать сноску', 'reference.copy.all': 'Копировать сноски', 'reference.done': 'Скопировано', 'reference.hand': 'Скопируйте отсюда:', 'copy': 'Копировать ссылку', 'copy.done': 'Ссылка скопирована', 'copy.hand': 'Скопируйте адрес страницы:',
    'page': 'Страница {n} из {of}', 'page.nav': 'Страницы', 'page.next': 'Следующая', 'page.previous': 'Предыдущая',
    intro: '{articles} из {outlets}, {from} — {to}. Слова находятся в любой форме, источники — под любым именем.', 'intro.sources': 'Чаще всего ссылаются на:', 'count.outlets': { one: '{n} издания', few: '{n} изданий', many: '{n} изданий', other: '{n} издания' },
    'results.proof': 'ссылка на {name}', 'facet.kinds': '{name}: какие', 'facet.join': '{name}: сколько из выбранных', 'facet.join.any': 'любой из', 'facet.join.all': 'все', 'pill.any': 'или', 'pill.all': 'и', 'pill.any.label': '{name}: любой из выбранных. Требовать все', 'pill.all.label': '{name}: все выбранные. Достаточно любого', 'facet.kind.all': 'все', 'facet.kind.person': 'люди', 'facet.kind.organization': 'организации', 'facet.kind.place': 'места', 'time.years': 'Годы и месяцы', 'time.month': '{when}: {articles}',
    'results': 'Результаты', 'results.cites': 'Цитирует', 'results.via': 'через {name}', 'results.actors': 'О ком и о чём', 'undated': 'без даты', 'outlet.unknown': 'издание не указано',
    'empty.title': 'Ничего не нашлось', 'empty.filters': 'Попробуйте убрать часть условий отбора.', 'empty.any': 'Искать хотя бы одно из слов', 'empty.words': 'Проверьте написание или возьмите меньше слов: формы слова подбираются сами.',
    'loading': 'Ищем…', 'error.title': 'Не получилось', 'error.offline': 'Сервер не отвечает. Проверьте, что svodka-query serve запущен.', 'error.again': 'Повторить', 'error.query': 'Запрос не разобран', 'error.name': 'Такого имени в архиве нет', 'error.maybe': 'Может быть:', 'error.busy': 'Сервер занят. Повторите чуть позже.', 'error.found': 'Такой статьи в архиве нет', 'error.shared': 'Этот номер есть у нескольких статей. Выберите одну:',
    'time': 'По времени', 'time.from': 'С', 'time.to': 'По', 'time.form': 'ГГГГ-ММ-ДД', 'time.wrong': 'Такой даты нет: нужно ГГГГ-ММ-ДД, например 2025-03-01, или «март 2025».', 'time.undated': 'без даты: {n}', 'time.all': 'Весь срок', 'time.hint': 'Протяните по столбцам, чтобы выбрать срок', 'time.start': 'Начало срока', 'time.end': 'Конец срока', 'time.zoom': 'Приблизить', 'time.bar': '{when}: {articles}', 'time.chart': 'Статьи по времени, от {from} до {to}',
    'article.back': 'К результатам', 'article.original': 'Открыть оригинал', 'article.cited': 'На кого ссылается', 'article.none': 'Ссылок на источники не найдено.', 'article.actors': 'Действующие лица', 'article.like': 'Похожие статьи', 'article.like.none': 'Похожих нет.', 'article.via': 'через {name}', 'article.self': 'о себе', 'article.show': 'Показывать', 'article.evidence': 'доказательства ссылок', 'article.show.actors': 'действующие лица', 'article.boilerplate': 'служебные строки', 'article.find': 'Все статьи, где цитируется: {name}', 'article.outlet.text': 'издание названо в тексте', 'article.evidence.go': 'Показать место', 'article.more': 'ещё {n}',
    'article.tip': 'Ссылка на источник: {names}', 'article.tip.outlet': 'Издание: {name}',
    'citations.title': 'Кто кого цитирует', 'citations.lead': 'Сколько статей каждого издания ссылаются на каждый источник. Выбор ячейки открывает эти статьи.', 'citations.matrix': 'Издания и источники', 'citations.table': 'Самые частые пары', 'citations.outlet': 'Издание', 'citations.source': 'Источник', 'citations.kind': 'Род источника', 'citations.count': 'Статей', 'citations.all': 'Все', 'citations.more': 'Показать все пары: {n}', 'citations.cell': '{outlet} → {source}: {articles}', 'citations.none': 'Ссылок на источники среди этих статей нет.',
    'kind.think_tank': 'аналитический центр', 'kind.pollster': 'опросная служба', 'kind.media': 'СМИ', 'kind.agency': 'агентство', 'kind.telegram': 'телеграм-канал', 'kind.research': 'наука', 'kind.analytics': 'аналитика', 'kind.ngo': 'НКО', 'kind.person': 'человек', 'kind.organization': 'организация', 'kind.place': 'место',
    'colophon': '{articles} · {from} — {to}', 'keys': 'Клавиши: / — поиск, ↑ ↓ — по результатам, Enter — открыть, Esc — назад',
  },
  en: {
    skip: 'To the articles', nav: 'Sections', 'nav.search': 'Search', 'nav.citations': 'Who cites whom',
    'language.other': 'Русский', 'logout': 'Log out', 'archives': 'All archives', 'theme.auto': 'Theme: system', 'theme.light': 'Theme: light', 'theme.dark': 'Theme: dark',
    'search.label': 'Search for', 'search.placeholder': 'Words, names, “exact phrase”…', 'search.go': 'Search', 'search.suggestions': 'Suggestions',
    'search.hints': { one: '{n} suggestion', other: '{n} suggestions' },
    help: 'How to search', 'facet.think_tank': 'Think tanks', 'facet.outlet': 'Outlets', 'facet.cited': 'Cited sources', 'facet.actor': 'Actors',
    'facet.via': 'Via', 'facet.cited_kind': 'Kind of source', 'facet.month': 'Month', 'facet.word': 'Words',
    'facet.inside': 'Find in the list: {name}', 'facet.inside.short': 'Find in the list', 'facet.more': 'Show more', 'facet.less': 'Show fewer', 'facet.none': 'Nothing here', 'facet.exclude': 'Exclude: {name}', 'facet.excluded': 'excluded',
    'facet.without': 'Not: {name}', 'filters': 'Filters', 'filters.show': 'Filters', 'filters.show.hits': 'Show {articles}', 'filters.active': 'Chosen', 'filters.clear': 'Clear all', 'filter.remove': 'Remove: {name}',
    'count.articles': { one: '{n} article', other: '{n} articles' }, 'count.found': '{articles} found',
    'sort': 'Order', 'sort.relevance': 'Best match', 'sort.newest': 'Newest first', 'sort.oldest': 'Oldest first',
    'export': 'Save', 'export.csv': 'CSV', 'export.jsonl': 'JSON Lines', 'export.xlsx': 'Excel', 'export.csv_excel': 'CSV for Excel', 'export.references': 'References', 'reference.copy': 'Copy reference', 'reference.copy.all': 'Copy references', 'reference.done': 'Copied', 'reference.hand': 'Copy from here:', 'copy': 'Copy link', 'copy.done': 'Link copied', 'copy.hand': 'Copy the address of the page:',
    'page': 'Page {n} of {of}', 'page.nav': 'Pages', 'page.next': 'Next', 'page.previous': 'Previous',
    intro: '{articles} from {outlets}, {from} – {to}. Words are found in any form, sources under any name.', 'intro.sources': 'Cited most often:', 'count.outlets': { one: '{n} outlet', other: '{n} outlets' },
    'results.proof': 'cites {name}', 'facet.kinds': '{name}: which', 'facet.join': '{name}: how many of those chosen', 'facet.join.any': 'any of', 'facet.join.all': 'all', 'pill.any': 'or', 'pill.all': 'and', 'pill.any.label': '{name}: any of those chosen. Require all', 'pill.all.label': '{name}: all those chosen. Let any do', 'facet.kind.all': 'all', 'facet.kind.person': 'people', 'facet.kind.organization': 'organisations', 'facet.kind.place': 'places', 'time.years': 'Years and months', 'time.month': '{when}: {articles}',
    'results': 'Results', 'results.cites': 'Cites', 'results.via': 'via {name}', 'results.actors': 'Who and what', 'undated': 'undated', 'outlet.unknown': 'unknown outlet',
    'empty.title': 'Nothing found', 'empty.filters': 'Try removing some of the filters.', 'empty.any': 'Search for any of the words', 'empty.words': 'Check the spelling or use fewer words: the forms of a word are found by themselves.',
    'loading': 'Searching…', 'error.title': 'That did not work', 'error.offline': 'The server does not answer. Check that svodka-query serve is running.', 'error.again': 'Try again', 'error.query': 'The query cannot be understood', 'error.name': 'The archive does not know this name', 'error.maybe': 'Maybe:', 'error.busy': 'The server is busy. Try again in a moment.', 'error.found': 'There is no such article in the archive', 'error.shared': 'Several articles have this id. Choose one:',
    'time': 'Over time', 'time.from': 'From', 'time.to': 'To', 'time.form': 'YYYY-MM-DD', 'time.wrong': 'There is no such date: write YYYY-MM-DD, such as 2025-03-01, or “March 2025”.', 'time.undated': 'undated: {n}', 'time.all': 'All time', 'time.hint': 'Drag across the bars to choose a period', 'time.start': 'Start of the period', 'time.end': 'End of the period', 'time.zoom': 'Zoom in', 'time.bar': '{when}: {articles}', 'time.chart': 'Articles over time, from {from} to {to}',
    'article.back': 'Back to results', 'article.original': 'Open the original', 'article.cited': 'Cited sources', 'article.none': 'No citation of a source was found.', 'article.actors': 'Actors', 'article.like': 'More like this', 'article.like.none': 'Nothing like it.', 'article.via': 'via {name}', 'article.self': 'of itself', 'article.show': 'Show', 'article.evidence': 'evidence of citations', 'article.show.actors': 'actors', 'article.boilerplate': 'boilerplate', 'article.find': 'All articles that cite {name}', 'article.outlet.text': 'outlet named in the text', 'article.evidence.go': 'Show where', 'article.more': '{n} more',
    'article.tip': 'Cites: {names}', 'article.tip.outlet': 'Outlet: {name}',
    'citations.title': 'Who cites whom', 'citations.lead': 'How many articles of each outlet cite each source. Choosing a cell opens those articles.', 'citations.matrix': 'Outlets and sources', 'citations.table': 'Most frequent pairs', 'citations.outlet': 'Outlet', 'citations.source': 'Source', 'citations.kind': 'Kind of source', 'citations.count': 'Articles', 'citations.all': 'All', 'citations.more': 'Show all {n} pairs', 'citations.cell': '{outlet} → {source}: {articles}', 'citations.none': 'None of these articles cites a source.',
    'kind.think_tank': 'think tank', 'kind.pollster': 'pollster', 'kind.media': 'media', 'kind.agency': 'agency', 'kind.telegram': 'Telegram channel', 'kind.research': 'research', 'kind.analytics': 'analytics', 'kind.ngo': 'NGO', 'kind.person': 'person', 'kind.organization': 'organisation', 'kind.place': 'place',
    'colophon': '{articles} · {from} – {to}', 'keys': 'Keys: / search, ↑ ↓ move through results, Enter open, Esc back',
  },
};

/** Examples of the query language: what to type and what it finds. */
export const HELP = {
  ru: [
    ['санкции банк', 'оба слова, в любой форме'], ['санкции ИЛИ эмбарго', 'хотя бы одно'], ['санкции -банк', 'без второго слова'],
    ['«ключевая ставка»', 'слова подряд'], ['санкц*', 'начало слова'], ['(нефть ИЛИ газ) экспорт', 'скобки'],
    ['заголовок:выборы', 'только в заголовке'], ['издание:ТАСС', 'статьи издания'], ['цитирует:ISW', 'ссылаются на источник'],
  ],
  en: [
    ['санкции банк', 'both words, in any form'], ['санкции OR эмбарго', 'either'], ['санкции -банк', 'without the second word'],
    ['"ключевая ставка"', 'words in a row'], ['санкц*', 'beginning of a word'], ['(нефть OR газ) экспорт', 'parentheses'],
    ['title:выборы', 'in the headline only'], ['outlet:ТАСС', 'articles of an outlet'], ['cited:ISW', 'that cite a source'],
  ],
};

const STORE = 'svodka.language';

let language = stored() ?? (navigator.languages.some((l) => l.toLowerCase().startsWith('ru')) || !navigator.language.startsWith('en') ? 'ru' : 'en');

function stored() {
  const value = localStorage.getItem(STORE);
  return value in WORDS ? value : null;
}

/** The language of the interface. */
export const current = () => language;

/** Changes to the other language. */
export function swap() {
  language = language === 'ru' ? 'en' : 'ru';
  localStorage.setItem(STORE, language);
}

/** The words for `key`, with `values` put in; `n` also chooses the plural. */
export function t(key, values = {}) {
  let words = WORDS[language][key] ?? WORDS.ru[key] ?? key;
  if (typeof words === 'object') words = words[new Intl.PluralRules(language).select(values.n)] ?? words.other;
  return words.replace(/\{(\w+)\}/g, (_, name) => (name === 'n' ? number(values.n) : (values[name] ?? '')));
}

/** A number with its thousands parted. */
export const number = (value) => new Intl.NumberFormat(language).format(value);

/** A number of articles. */
export const articles = (n) => t('count.articles', { n });

/** The name of a kind, when it has one. */
export const kindName = (kind) => (kind && `kind.${kind}` in WORDS[language] ? t(`kind.${kind}`) : '');

/** A date as the language writes it, as precise as it is: day, month or year. */
export function date(value) {
  if (!value) return t('undated');
  const [, year, month, day] = value.match(/^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/) ?? [];
  if (!year) return value;
  if (!month) return year;
  const moment = new Date(Date.UTC(+year, +month - 1, +(day ?? 1)));
  const options = day ? { day: 'numeric', month: 'long', year: 'numeric' } : { month: 'long', year: 'numeric' };
  return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(moment).replace(/\s?г\.$/, '');
}

/** A date with its hour, where it has one; midnight is what many pages write for none. */
export function moment(value) {
  const time = value?.match(/^\d{4}-\d\d-\d\d[T ](\d\d:\d\d)/)?.[1];
  return time && time !== '00:00' ? `${date(value)}, ${time}` : date(value);
}

/** A period in words: a whole month or year by its name. */
export function period(from, to) {
  const [year, month] = from.split('-');
  const days = from && to && new Date(Date.UTC(+year, +month, 0)).getUTCDate();
  if (from === `${year}-01-01` && to === `${year}-12-31`) return year;
  if (from === `${year}-${month}-01` && to === `${year}-${month}-${days}`) return date(`${year}-${month}`);
  if (from && from === to) return date(from);
  return [from, to].map((end) => (end ? date(end) : '…')).join(' — ');
}

/** What the server says of a query that it cannot understand, in Russian where the words are known. */
export function reason(detail) {
  const known = language === 'ru' && REASONS.find(([pattern]) => pattern.test(detail));
  return known ? known[1] : detail;
}

const REASONS = [
  [/quote is never closed/, 'Кавычка открыта, но не закрыта.'],
  [/never (opened|closed)|parenthes|bracket/, 'Скобки не сходятся: каждой открывающей нужна закрывающая.'],
  [/operator needs a word/, 'Знаку или союзу между словами нужно слово с каждой стороны; чтобы искать сам союз, возьмите его в кавычки.'],
  [/needs a value/, 'После двоеточия нужно значение; несколько слов — в кавычках.'],
  [/nested over/, 'Слишком много скобок друг в друге.'],
  [/no word in it/, 'Здесь нет ни одного слова.'],
  [/longer than/, 'Запрос слишком длинный.'],
  [/is no value of/, 'Проверьте написание или выберите имя из списка.'],
  [/^\W*(\*|~|=|at most two)/, 'Звёздочка, тильда и знак равенства ставятся у слова из двух-трёх букв и больше, по одному.'],
  [/is (no|not a) date/, 'Такой даты нет: бывают 2025, 2025-03, «март 2025», 2025-03-04, 2025-03-01..2025-03-31 и 7d.'],
  [/needs (a distance|the number of other words)/, 'Скажите, как близко должны стоять слова: NEAR/5 или «…»~5.'],
];

/** The short name of a month, given as year and month. */
export function monthName(value) {
  const [year, month] = value.split('-').map(Number);
  return new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(year, month - 1, 1))).replace('.', '');
}

/** Puts words into every element that asks for them. */
export function translate(root = document) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', t(element.dataset.tLabel));
  for (const element of root.querySelectorAll('[data-t-placeholder]')) element.placeholder = t(element.dataset.tPlaceholder);
}
