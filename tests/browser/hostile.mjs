// An archive that tries to break out of the page, as JSON Lines.

// Reading takes tags out of fields; what is escaped is text, and must stay text on the page.
const escaped = (text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const title = escaped('<script>document.title = "broken out"</script> \u202eавелг\u202c <img src=x onerror=alert(1)>');
const articles = [
  {
    id: '../../<b>&"\'?#%2F\u202e', title, outlet: '<b onmouseover=alert(2)>Вестник</b>', date: '2025-03-04', url: 'javascript:alert(3)',
    text: `${title}\nОб этом сообщает Reuters. ${escaped('</p></script><svg onload=alert(4)><a href="javascript:alert(5)">порт</a>')} \u2066скрыто\u2069.`,
  },
  { id: 'long', title: 'Ы'.repeat(900), outlet: 'Очень'.repeat(60), date: '2025-03-05', text: `${'Ж'.repeat(5000)} порт ${'👩‍👩‍👧‍👦'.repeat(50)}` },
  { id: 'proto', title: '__proto__ constructor', outlet: '__proto__', date: '2025-03-06', text: 'Слово порт в тексте constructor. Передаёт ТАСС.' },
];
for (const article of articles) console.log(JSON.stringify(article));
