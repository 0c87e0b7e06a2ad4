"""Sends a mail at a job's end."""

from __future__ import annotations

from email.message import EmailMessage

from services.gateway.notices.notice import Notice
from services.gateway.notices.sending import Undeliverable, Unreached
from services.gateway.notices.settings import NoticeSettings
from shared.record import JobRecord

TIMEOUT_SECONDS = 20.0
PERMANENT = 500
"""SMTP: replies from here on will be the same the next time."""


class Mails:
    def __init__(self, settings: NoticeSettings) -> None:
        self._settings = settings

    async def send(self, notice: Notice, record: JobRecord) -> str:
        """Send it once; gives what the server answered.

        Raises Unreached when it may work later, Undeliverable when it never will.
        """
        import aiosmtplib  # noqa: PLC0415 - only where mail is sent

        known = self._settings
        if known.smtp_host is None:
            raise Undeliverable("no mail is sent from here: REPOREEL_SMTP_HOST is not set")
        try:
            refused, answer = await aiosmtplib.send(
                message(notice, record, known.sender),
                hostname=known.smtp_host,
                port=known.smtp_port,
                username=known.smtp_user,
                password=known.smtp_password,
                start_tls=known.smtp_tls,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            worst = max(error.recipients, key=lambda one: one.code)
            raise _fault(worst.code, worst.message) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _fault(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unreached(f"{type(error).__name__}: {error}") from error
        del refused  # there is one recipient: refused, it raises
        return answer


def message(notice: Notice, record: JobRecord, sender: str) -> EmailMessage:
    """Write the mail; its Message-ID is the same for each attempt, so that readers show it once."""
    name = record.repo_url.removeprefix("https://github.com/").removeprefix("file://")
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, notice.target.address
    mail["Subject"] = f"Film {record.status}: {name}".replace("\n", " ").replace("\r", " ")
    mail["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(_lines(record)) + "\n")
    return mail


def _lines(record: JobRecord) -> list[str]:
    lines = [f"The film of {record.repo_url} is {record.status}.", "", f"Job {record.job_id}"]
    if record.error is not None:
        lines += ["", f"{record.error.stage}: {record.error.message}", record.error.hint]
    for output in record.result.outputs if record.result else ():
        lines += ["", f"{output.language}: {output.video_url}"]
    return lines


def _fault(code: int, words: str) -> Unreached | Undeliverable:
    said = f"the mail server answers {code} {words}"
    return Undeliverable(said) if code >= PERMANENT else Unreached(said)
