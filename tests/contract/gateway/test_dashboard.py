"""The pages for people, over real HTTP: readable without JavaScript, closed to strangers, and all escaped."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import msgspec
import pytest

from services.gateway import sessions
from shared.errors import Reject
from tests.chaos.stage_set import stage_set
from tests.contract.test_approval import JOB, at_work, waits
from tests.support.doors import ADMIN, ask, door, record
from tests.support.pages import Reading, read, send
from tests.support.pipelines import Trivial, submission, submit, wait_until, working

HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(2)>'
PAGES = (
    "/",
    "/dashboard/new",
    "/dashboard/studio",
    "/dashboard/schedules",
    "/dashboard/parked",
    "/dashboard/stats",
)
HTML = {"Accept": "text/html,application/xhtml+xml"}


class Failing(Trivial):
    async def scan(self, event, progress):
        raise Reject(HOSTILE, code="repo", hint=HOSTILE)


async def test_every_page_stands_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        for path in PAGES:
            async with session.get(path) as reply:
                page, policy = await reply.text(), reply.headers["Content-Security-Policy"]
            assert reply.status == 200, page
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["X-Frame-Options"] == "DENY"
            for tag, attributes in Reading(page).tags:
                assert tag != "style"
                assert "style" not in attributes
                assert not any(name.startswith("on") for name in attributes)
                assert (attributes.get("src") or attributes.get("href") or "/")[0] in "/#?"
                if tag == "script":
                    status, _ = await read(session, str(attributes["src"]))
                    assert status == 200


async def test_the_microphone_is_open_to_the_studio_alone(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        permissions = {}
        for path in PAGES:
            async with session.get(path) as reply:
                permissions[path] = reply.headers["Permissions-Policy"].partition(",")[0]
    studio = permissions.pop("/dashboard/studio")
    assert studio == "microphone=(self)"
    assert set(permissions.values()) == {"microphone=()"}


async def test_a_browser_that_opens_a_jobs_address_gets_its_page_and_a_program_its_record(
    tmp_path: Path,
) -> None:
    async with door(tmp_path) as (session, running), working(running, Trivial().handlers()):
        await submit(running, submission(JOB, "en", "pt"))
        await record(session, JOB, "finished")
        _, page = await read(session, f"/jobs/{JOB}", headers=HTML)
        status, answer, _ = await ask(session, "GET", f"/jobs/{JOB}")
        unknown, _ = await read(session, f"/jobs/{'b' * 32}", headers=HTML)
        _, listed = await read(session, "/?status=finished&repo=acme/site")
        _, other = await read(session, "/?repo=acme/other")
        wrong, _ = await read(session, "/?status=lost")
    text = Reading(page).text
    assert "acme/site finished" in text
    assert text.count("Draw the film finished") == 2
    assert (status, answer["job_id"]) == (200, JOB)
    assert unknown == 404
    assert "acme/site" in Reading(listed).text
    assert "No film here with these filters" in Reading(other).text
    assert wrong == 400


async def test_text_of_others_is_shown_as_text(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running), working(running, Failing().handlers()):
        await submit(running, submission(JOB, ref=HOSTILE))
        await record(session, JOB, "failed")
        pages = [await read(session, path) for path in ("/", f"/dashboard/jobs/{JOB}", "/dashboard/parked")]
        refused = await send(session, "/dashboard/jobs", repo=HOSTILE)
    for page in (*(page for _, page in pages), refused[1]):
        tags = Reading(page).tags
        assert not any(tag == "img" for tag, _ in tags)
        assert all(attributes.get("src") for tag, attributes in tags if tag == "script")
        assert "alert(" in page  # it is there, as text
    assert refused[0] == 400


async def test_the_list_goes_on_page_by_page(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await submit(running, *(submission(f"{number:032x}") for number in range(25)))
        await wait_until(lambda: _count(session, 25))
        seen, path = [], "/"
        while path:
            _, page = await read(session, path)
            links = [attributes for tag, attributes in Reading(page).tags if tag == "a"]
            seen.append(sum("/dashboard/jobs/" in (link.get("href") or "") for link in links))
            path = next((link["href"] for link in links if link.get("rel") == "next"), "")
    assert seen == [20, 5]


async def _count(session: aiohttp.ClientSession, jobs: int) -> bool:
    return (await ask(session, "GET", "/stats"))[1]["jobs"] == jobs


async def test_a_form_starts_one_film_however_often_it_is_sent(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        wish = {"repo": "acme/site", "languages": "pt", "format": "reel", "once": "a" * 32}
        first = await send(session, "/dashboard/jobs", **wish)
        again = await send(session, "/dashboard/jobs", **wish)
        job_id = first[2].split("/")[3].partition("?")[0]
        kept = await record(session, job_id, "queued")
    assert first[0] == 200
    assert "queued" in Reading(first[1]).text
    assert first[2] == again[2]
    assert (kept["repo_url"], kept["languages"], kept["format"]) == (
        "https://github.com/acme/site",
        ["pt"],
        "reel",
    )


async def test_a_recording_from_the_studio_is_stored_with_its_job(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        _, page = await read(session, "/dashboard/studio")
        fields = Reading(page).inputs | {"repo": "acme/site"}
        for recording in (b"", b"RIFF sound"):
            form = aiohttp.FormData()
            for name in ("seal", "once", "studio", "repo"):
                form.add_field(name, fields[name])
            form.add_field("narration", recording, filename="talk.webm", content_type="audio/webm")
            async with session.post("/dashboard/jobs", data=form) as reply:
                status, text, path = reply.status, await reply.text(), reply.url.path
            if not recording:
                assert (status, "There is no recording." in text) == (400, True)
        stored = await running.bus.last([f"jobs.*.{path.rpartition('/')[2]}.submitted.>"])
        key = msgspec.json.decode(stored[0].payload)["spec"]["narration"]
        assert await running.blobs.get(key) == b"RIFF sound"


async def test_a_form_of_another_page_does_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await submit(running, submission(JOB))
        path = f"/dashboard/jobs/{JOB}/cancel"
        _, page = await read(session, "/dashboard/new")
        seal = Reading(page).inputs["seal"]
        refused = []
        for data, headers in (
            ({}, {}),
            ({"seal": "a" * 32}, {}),
            ({"seal": seal}, {"Origin": "https://evil.example"}),
            ({"seal": seal}, {"Origin": "null"}),
        ):
            async with session.post(path, data=data, headers=headers) as reply:
                refused.append(reply.status)
        async with session.post(path, json={"seal": seal}) as reply:
            refused.append(reply.status)
        kept = await record(session, JOB, "queued")
        origin = f"http://{session._base_url.authority}"
        async with session.post(path, data={"seal": seal}, headers={"Origin": origin}) as reply:
            ours = reply.status
        await record(session, JOB, "cancelled")
    assert refused == [403, 403, 403, 403, 415]
    assert kept["status"] == "queued"
    assert ours == 200


async def test_a_job_is_cancelled_retried_and_requeued_by_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running), working(running, Failing().handlers()):
        await submit(running, submission(JOB))
        await record(session, JOB, "failed")
        parked = Reading((await read(session, "/dashboard/parked"))[1])
        requeue = next(
            str(attributes["action"])
            for tag, attributes in parked.tags
            if tag == "form" and "requeue" in str(attributes.get("action"))
        )
        requeued = await send(session, requeue)
        await record(session, JOB, "failed")
        retried = await send(session, f"/dashboard/jobs/{JOB}/retry", from_stage="scan")
        wrong = await send(session, f"/dashboard/jobs/{JOB}/retry", from_stage="dance")
        unknown = await send(session, "/dashboard/parked/scan-999/requeue")
        cancelled = await send(session, f"/dashboard/jobs/{JOB}/cancel")
        none = await send(session, f"/dashboard/jobs/{'b' * 32}/cancel")
    assert (requeued[0], requeued[2]) == (200, f"/dashboard/jobs/{JOB}?done=requeued")
    assert (retried[0], retried[2]) == (200, f"/dashboard/jobs/{JOB}?done=retried")
    assert (wrong[0], unknown[0], none[0]) == (400, 404, 404)
    assert cancelled[0] == 200


async def test_schedules_are_kept_listed_and_removed_by_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        wish = {"name": "weekly", "schedule": "0 8 * * 1", "repo": "acme/site", "languages": "pt"}
        kept = await send(session, "/dashboard/schedules", **wish)
        refused = await send(session, "/dashboard/schedules", **(wish | {"schedule": "when I like"}))
        removed = await send(session, "/dashboard/schedules/weekly/remove")
        again = await send(session, "/dashboard/schedules/weekly/remove")
    assert "weekly acme/site · 0 8 * * 1" in Reading(kept[1]).text
    assert refused[0] == 422
    assert Reading(refused[1]).inputs["schedule"] == "when I like"
    assert "There is no schedule." in removed[1]
    assert again[0] == 404


async def test_an_edit_is_refused_at_the_sentence_and_a_true_one_is_approved(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, _):
        await submit(running, submission(JOB, approve=True))
        await waits(session)
        path = f"/dashboard/jobs/{JOB}/script"
        _, page = await read(session, path)
        basis = Reading(page).inputs["basis"]
        _, answer, _ = await ask(session, "GET", f"/jobs/{JOB}/script")
        form = {"basis": basis}
        for index, scene in enumerate(answer["scenes"]):
            for number, sentence in enumerate(scene["sentences"], start=1):
                form[f"scene.{index}.{number}"] = sentence["text"]
                form[f"scene.{index}.{number}.facts"] = " ".join(sentence["facts"])
        for name in ("title", "description"):
            form[name], form[f"{name}.facts"] = answer[name]["text"], " ".join(answer[name]["facts"])
        lie = form | {"scene.0.1": "Portico holds 113 files.", "scene.0.1.facts": "repo.name files.count"}
        refused = await send(session, path, path, **lie)
        silent = await send(
            session, path, path, **(form | {name: "" for name in form if name.startswith("scene.0.")})
        )
        stale = await send(session, path, path, **(form | {"basis": "sha256/0"}))
        true = form | {"scene.0.1": "Portico holds 112 files.", "scene.0.1.facts": "repo.name files.count"}
        saved = await send(session, path, path, **true)
        again = true | {"basis": Reading(saved[1]).inputs["basis"], "approve": "true"}
        approved = await send(session, path, path, **again)
        await record(session, JOB, "finished")
        _, final, _ = await ask(session, "GET", f"/jobs/{JOB}/script")
        late = await send(session, path, **again)
        _, readable = await read(session, path)
    assert refused[0] == 422, refused[1]
    marked = [attributes for tag, attributes in Reading(refused[1]).tags if "aria-invalid" in attributes]
    assert [one["id"] for one in marked] == ["scene.0.1"]
    assert "“113” stands in no fact" in refused[1]
    assert "Portico holds 113 files.</textarea>" in refused[1]
    assert (silent[0], stale[0], saved[0]) == (422, 409, 200)
    assert approved[2] == f"/dashboard/jobs/{JOB}?done=approved"
    assert final["scenes"][0]["sentences"][0]["text"] == "Portico holds 112 files."
    assert final["scenes"][1:] == answer["scenes"][1:]
    assert late[0] == 409
    assert "textarea" not in readable


TOKENS = ("read:reader", "submit:maker", "boss")


async def test_with_tokens_a_visitor_signs_in_and_gets_what_the_token_allows(tmp_path: Path) -> None:
    async with door(tmp_path, api_tokens=TOKENS) as (session, running):
        await submit(running, submission(JOB))
        await record_as_boss(session)
        async with session.get("/dashboard/stats?x=1", allow_redirects=False) as reply:
            led = reply.headers["Location"]
        wrong = await send(session, "/dashboard/sign-in", token="guess")
        entered = await send(session, "/dashboard/sign-in", token="reader", next=f"/dashboard/jobs/{JOB}")
        record_read, _, _ = await ask(session, "GET", f"/jobs/{JOB}")
        changed, _, _ = await ask(session, "POST", f"/jobs/{JOB}/cancel")
        forbidden = await send(session, f"/dashboard/jobs/{JOB}/cancel")
        left = await send(session, "/dashboard/sign-out", "/")
        closed, _ = await read(session, f"/jobs/{JOB}")
    assert led == "/dashboard/sign-in?next=%2Fdashboard%2Fstats%3Fx%3D1"
    assert wrong[0] == 403
    assert (entered[0], entered[2]) == (200, f"/dashboard/jobs/{JOB}")
    assert "Cancel" not in Reading(entered[1]).text
    assert record_read == 200
    assert changed == 401  # the cookie reads, and changes nothing
    assert forbidden[0] == 403
    assert "You are signed out." in left[1]
    assert closed == 401


async def record_as_boss(session: aiohttp.ClientSession) -> None:
    status, _, _ = await ask(session, "GET", f"/jobs/{JOB}", headers=ADMIN)
    assert status == 200


async def test_the_session_cookie_is_closed_to_scripts_and_foreign_pages(tmp_path: Path) -> None:
    async with door(tmp_path, api_tokens=TOKENS, proxies=1) as (session, _):
        _, page = await read(session, "/dashboard/sign-in")
        data = {"seal": Reading(page).inputs["seal"], "token": "maker"}
        async with session.post(
            "/dashboard/sign-in",
            data=data,
            headers={"X-Forwarded-Proto": "https"},
            allow_redirects=False,
        ) as reply:
            cookie = reply.cookies[sessions.COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Strict"
    assert "maker" not in cookie.value


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/a\nb"])
async def test_signing_in_never_leads_elsewhere(tmp_path: Path, where: str) -> None:
    async with door(tmp_path, api_tokens=TOKENS) as (session, _):
        entered = await send(session, "/dashboard/sign-in", token="boss", next=where)
    assert (entered[0], entered[2]) == (200, "/")


async def test_who_guesses_tokens_is_held_up(tmp_path: Path) -> None:
    async with door(tmp_path, api_tokens=TOKENS) as (session, _):
        statuses = [(await send(session, "/dashboard/sign-in", token=f"guess{n}"))[0] for n in range(21)]
    assert statuses == [403] * 20 + [429]


async def test_who_comes_by_a_foreign_link_knocks_again_from_here(tmp_path: Path) -> None:
    """A strict cookie is not sent along with such a visit, though the visitor is signed in."""
    async with door(tmp_path, api_tokens=TOKENS) as (session, _):
        status, page = await read(session, "/dashboard/stats", headers={"Sec-Fetch-Site": "cross-site"})
    assert status == 200
    assert '<meta http-equiv="refresh" content="0">' in page
    assert "Statistics" not in page


async def test_pages_say_when_nats_is_away(tmp_path: Path) -> None:
    async with stage_set(tmp_path, services=()) as system:
        system.children.all["nats"].kill()
        status, page = await read(system.session, "/dashboard/parked")
    assert status == 503
    assert "nothing was accepted" in page
