"""What is printed and cut out: a card for each person, in Vietnamese and English, with a QR code of the page's
address."""

import csv
import html
import io
from collections.abc import Iterable

import segno

from workshop.attendees.address import with_code
from workshop.attendees.codes import IssuedCode

STYLE = """
@page { size: A4; margin: 10mm }
body { font-family: system-ui, 'Noto Sans', sans-serif; margin: 0 }
main { display: grid; grid-template-columns: 1fr 1fr }
article { border: 1px dashed #777; padding: 6mm; break-inside: avoid; display: grid; grid-template-columns: 1fr 34mm;
gap: 4mm } h2 { margin: 0 0 2mm; font-size: 13pt } p { margin: 0 0 1.5mm; font-size: 9pt }
.code { font: bold 13pt ui-monospace, monospace } svg { width: 34mm; height: 34mm }
"""
ROLES = {"attendee": "Học viên · Attendee", "helper": "Trợ giảng · Helper", "organiser": "Ban tổ chức · Organiser"}


def cards(title: str, address: str, people: Iterable[IssuedCode]) -> str:
    """One HTML page for any browser's print dialog; it loads nothing from anywhere."""
    made = "\n".join(_card(title, address, person) for person in people)
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="vi"><head>{head}</head><body><main>\n{made}\n</main></body></html>\n'


def _card(title: str, address: str, person: IssuedCode) -> str:
    picture = segno.make(with_code(address, person), micro=False, error="m").svg_inline(scale=2, border=2)
    return (
        f"<article><div><h2>{html.escape(title)}</h2>"
        f"<p>{ROLES[person.group]}</p>"
        f"<p>Tên · Name: <b>{person.name}</b></p>"
        f'<p>Mã · Code:<br><span class="code">{person.printed}</span></p>'
        f"<p>{html.escape(address)}</p>"
        "<p>Quét mã QR rồi bấm Đăng nhập. Mã này chỉ dành cho bạn.<br>"
        "Scan the QR code, then press Sign in. The code is yours alone.</p>"
        f"</div><div>{picture}</div></article>"
    )


def table(address: str, people: Iterable[IssuedCode]) -> str:
    """The organiser's list as CSV: name, group, code and address."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["name", "group", "code", "address"])
    writer.writerows([person.name, person.group, person.printed, with_code(address, person)] for person in people)
    return buffer.getvalue()
