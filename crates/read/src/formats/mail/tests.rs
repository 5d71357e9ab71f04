//! Tests of the readers of mail.

use super::super::{super::encoding::Charset, parse_bytes};
use svodka_model::record::Record;

const HEAD: &str = "From: =?utf-8?B?0JfQsNGA0LXRh9C90YvQuSDQstC10YHRgtC90LjQug==?= <news@zarechny.example>\r\n\
    To: a@b.example\r\nSubject: =?koi8-r?B?4sHbzsAg1yDvzNjIz9fLxSDP1MvS2czJ?=\r\n\
    Date: Sun, 26 Jul 2020 10:00:00 +0300\r\nMIME-Version: 1.0\r\n";

fn one(name: &str, bytes: &[u8]) -> Record {
    let mut found = parse_bytes(name, bytes);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).unwrap()
}

#[test]
fn a_newsletter_is_an_article() {
    let body = "Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\n\
        plain\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        <html><head><style>p {}</style></head><body><table><tr><td><p>=D0=9C=D0=BE=D1=81=D1=82</p><p>=D0=B4=\r\n\
        =D0=B2=D0=B0</p></td></tr></table></body></html>\r\n--b1--\r\n";
    let record = one("a.eml", format!("{HEAD}{body}").as_bytes());
    assert_eq!(record.text, "Мост\nдва");
    assert_eq!(record.title.as_deref(), Some("Башню в Ольховке открыли"));
    assert_eq!(record.date.as_deref(), Some("2020-07-26T10:00:00+03:00"));
    assert_eq!(record.outlet.as_deref(), Some("Заречный вестник"));
    assert_eq!(record.format, "mail");
}

#[test]
fn letters_without_a_charset_are_told_by_their_looks() {
    let words = "Жители посёлка Ольховка получили новую водонапорную башню, сообщает РИА Новости.";
    let raw = Charset::Windows1251.encode(&format!("Content-Transfer-Encoding: 8bit\r\n\r\n{words}\r\n")).0;
    assert_eq!(one("a", &[HEAD.as_bytes(), &raw].concat()).text.trim(), words);
    let plain = format!("{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n");
    assert_eq!(one("a.txt", plain.as_bytes()).text.trim(), words);
}

#[test]
fn a_mailbox_holds_many() {
    let message = |n: usize| {
        format!(
            "From news@zarechny.example Sun Jul 26 10:00:0{n} 2020\n{}\nНомер {n}.\n\nFrom Москва с любовью.\n>From x\n\n",
            HEAD.replace('\r', "")
        )
    };
    let mailbox: String = (1..=3).map(message).collect();
    let found: Vec<_> = parse_bytes("a.mbox", mailbox.as_bytes()).into_iter().map(Result::unwrap).collect();
    let texts: Vec<_> = found.iter().map(|r| r.text.trim().to_owned()).collect();
    assert_eq!(texts, [1, 2, 3].map(|n| format!("Номер {n}.\n\nFrom Москва с любовью.\nFrom x")));
    assert_eq!((found[2].origin.display().as_str(), found[2].format), ("a.mbox:3", "mbox"));
}

#[test]
fn a_saved_page_is_a_page() {
    let page = "<!DOCTYPE html><html><head><title>Мост</title></head><body><h1>Мост</h1><p>В Заречном открыли мост, \
        длинный и красивый, сообщает РИА Новости.</p></body></html>";
    let saved = format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://zarechny.example/most\r\nSubject: x\r\n\
         Date: Sun, 26 Jul 2020 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\t\
         type=\"text/html\";\r\n\tboundary=\"--b\"\r\n\r\n----b\r\nContent-Type: text/css\r\n\r\np {{}}\r\n----b\r\n\
         Content-Type: text/html\r\nContent-Location: https://zarechny.example/most\r\n\r\n{page}\r\n----b--\r\n"
    );
    let record = one("a.mhtml", saved.as_bytes());
    assert_eq!(record.text, "В Заречном открыли мост, длинный и красивый, сообщает РИА Новости.");
    assert_eq!(record.title.as_deref(), Some("Мост"));
    assert_eq!(record.url.as_deref(), Some("https://zarechny.example/most"));
    assert_eq!(record.format, "mhtml");
    assert_eq!(record.date, None, "when it was saved is no date of publication");
}

#[test]
fn what_only_looks_like_mail_is_text() {
    for text in ["Тема: мост\nДата: вчера\n\nТекст.", "From: here to there.\n\nText of a story.", "Word"]
    {
        assert_eq!(one("a.txt", text.as_bytes()).format, "text", "{text}");
    }
}

#[test]
fn a_message_without_text_is_refused() {
    let message = format!("{HEAD}Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n");
    let refusal = parse_bytes("a.eml", message.as_bytes()).remove(0).unwrap_err();
    assert_eq!(refusal.reason, "mail message without text: attachments are not read");
}
