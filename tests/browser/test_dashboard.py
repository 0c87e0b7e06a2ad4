"""The dashboard in a real browser: everything a person does there, and whether everybody can."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import av
import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from shared.events import JobSubmitted
from tests.browser.dashboards import GATED, GONE, Dashboard, dashboard
from tests.browser.waiting import until
from tests.support.pipelines import submission, submit

pytestmark = pytest.mark.browser

PATIENCE_MILLISECONDS = 30_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)
SERIOUS = {"serious", "critical"}
FINISHED, WAITING, FAILED = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture(scope="module")
def served(job: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard with a finished film, a script that waits, and a job that failed."""
    with dashboard(tmp_path_factory.mktemp("nats"), films=job) as running:
        for event in (
            submission(FINISHED, "en", "pt"),
            submission(WAITING, approve=True),
            _of(submission(FAILED), GONE),
        ):
            running.do(submit(running.running, event))
        assert running.ended(FINISHED) == "finished"
        assert running.ended(FAILED) == "failed"
        yield running


def _of(event: JobSubmitted, repo: str) -> JobSubmitted:
    return msgspec.structs.replace(event, spec=msgspec.structs.replace(event.spec, repo=repo))


@pytest.fixture
def tab(browser: Browser, served: Dashboard) -> Iterator[Page]:
    """A page of the dashboard; a complaint on the console is an error."""
    served.call(served.stages.wait_again)
    page = browser.new_page(base_url=served.address)
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.text} {page.url}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


PAGES = {
    "list": "/",
    "film": f"/dashboard/jobs/{FINISHED}",
    "failed": f"/dashboard/jobs/{FAILED}",
    "waiting": f"/dashboard/jobs/{WAITING}",
    "script": f"/dashboard/jobs/{WAITING}/script",
    "new": "/dashboard/new",
    "studio": "/dashboard/studio",
    "schedules": "/dashboard/schedules",
    "parked": "/dashboard/parked",
    "stats": "/dashboard/stats",
    "sign-in": "/dashboard/sign-in",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_fits(
    browser: Browser, served: Dashboard, scheme: str, width: int
) -> None:
    page = browser.new_page(
        base_url=served.address, color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    found = []
    for name, path in PAGES.items():
        page.goto(path)
        found += [
            (name, violation["id"], [node["html"] for node in violation["nodes"]][:3])
            for violation in Axe().run(page).response["violations"]
            if violation["impact"] in SERIOUS
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((name, "wider than the window", []))
    page.close()
    assert found == []


def test_the_accessibility_check_sees_a_fault(browser: Browser, served: Dashboard) -> None:
    """The control: grey on grey and a field without a name are found."""
    page = browser.new_page(base_url=served.address)
    page.goto("/dashboard/new")
    page.evaluate("document.querySelector('.hint').attributeStyleMap.set('color', '#f0f0f0')")
    page.evaluate("document.querySelector('label[for=ref]').remove()")
    page.evaluate("document.querySelector('#ref').removeAttribute('placeholder')")
    rules = {violation["id"] for violation in Axe().run(page).response["violations"]}
    page.close()
    assert {"color-contrast", "label"} <= rules


def test_a_submitted_film_is_seen_to_move_and_to_finish(tab: Page, served: Dashboard) -> None:
    tab.goto("/")
    tab.get_by_role("link", name="New film").first.click()
    tab.get_by_label("Repository").fill(GATED)
    tab.get_by_label("Portuguese").check()
    tab.get_by_role("button", name="Make the film").click()
    expect(tab.locator(".notice")).to_contain_text("queued")
    half = tab.locator(".timeline tr", has_text="Draw the film").locator("small").first
    expect(half).to_have_text("50 %")  # came by itself: nobody opened the page again
    before = float(tab.locator("#progress").get_attribute("value") or "nan")
    served.call(served.stages.nod.set)
    expect(tab.locator("#head .chip")).to_have_text("finished")
    assert 0 < before < float(tab.locator("#progress").get_attribute("value") or "nan") == 100


def test_the_film_plays_and_seeks_with_its_subtitles(tab: Page) -> None:
    tab.goto(f"/dashboard/jobs/{FINISHED}")
    video = tab.locator("video")
    until(tab, "document.querySelector('video').readyState >= 2")
    until(tab, "document.querySelector('video').textTracks[0].cues?.length > 0")
    video.evaluate("film => film.play()")
    until(tab, "document.querySelector('video').currentTime > 0.3")
    length = float(video.evaluate("film => film.duration"))
    video.evaluate("(film, to) => { film.currentTime = to; }", length - 1)
    until(tab, "!document.querySelector('video').seeking")
    assert video.evaluate("film => film.currentTime") >= length - 1
    tab.get_by_role("link", name="Portuguese", exact=True).click()
    expect(tab.locator("video track")).to_have_attribute("srclang", "pt")
    expect(tab.get_by_text("missing glyphs")).to_be_visible()


def test_a_job_under_way_is_cancelled_and_retried(tab: Page, served: Dashboard) -> None:
    job_id = "d" * 32
    served.do(submit(served.running, _of(submission(job_id), GATED)))
    served.do(served.stages.half.wait())
    tab.goto(f"/jobs/{job_id}")  # the address that the API gave
    tab.get_by_role("button", name="Cancel").click()
    expect(tab.locator("#head .chip")).to_have_text("cancelled")
    served.call(served.stages.nod.set)
    tab.get_by_role("button", name="Retry").click()
    expect(tab.locator("#head .chip")).to_have_text("finished")


def test_a_failed_job_says_why_and_its_parked_work_is_run_again(tab: Page, served: Dashboard) -> None:
    tab.goto(f"/dashboard/jobs/{FAILED}")
    expect(tab.locator(".problem")).to_contain_text("Check the name.")
    served.stages.found = True
    tab.goto("/dashboard/parked")
    tab.locator("li", has_text="acme/gone is not there").get_by_role("button").click()
    expect(tab.locator(".notice")).to_have_text("It runs again.")
    expect(tab.locator("#head .chip")).to_have_text("finished")
    tab.goto("/dashboard/parked")
    expect(tab.get_by_text("Nothing is parked.")).to_be_visible()


def test_a_lie_is_refused_at_its_sentence_and_the_mended_script_is_approved(
    browser: Browser, served: Dashboard
) -> None:
    tab = browser.new_page(base_url=served.address)
    tab.set_default_timeout(PATIENCE_MILLISECONDS)
    job_id = "e" * 32
    served.do(submit(served.running, submission(job_id, approve=True)))
    tab.goto(f"/dashboard/jobs/{job_id}")
    tab.get_by_role("link", name="Read and edit").click()
    second = tab.locator("[id='scene.1.1']")
    truth = second.input_value()
    assert "112" in truth
    second.fill(truth.replace("112", "113"))
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("#refusal")).to_be_focused()
    assert second.get_attribute("aria-invalid") == "true"
    expect(tab.locator("[id='scene.1.1-said']")).to_contain_text("“113” stands in no fact")
    second.fill(truth.replace("about ", "some "))
    tab.get_by_role("button", name="Save and make the film").click()
    expect(tab.locator("#head .chip")).to_have_text("finished")
    tab.get_by_role("link", name="Read it in English").click()
    expect(tab.get_by_text(truth.replace("about ", "some "))).to_be_visible()
    tab.close()


def test_a_narration_is_recorded_heard_and_sent(tab: Page, served: Dashboard) -> None:
    tab.goto("/dashboard/studio")
    tab.get_by_role("button", name="Record", exact=True).click()
    expect(tab.locator("#clock")).to_have_text("0:02")
    tab.get_by_role("button", name="Stop").click()
    expect(tab.locator("#playback")).to_be_visible()
    assert tab.evaluate("document.querySelector('#narration').files[0].size") > 1000
    tab.get_by_label("Repository").fill("acme/site")
    tab.get_by_role("button", name="Make the film").click()
    expect(tab.get_by_text("The script waits for you")).to_be_visible()
    job_id = tab.url.partition("?")[0].rpartition("/")[2]
    stored = served.do(served.running.bus.last([f"jobs.*.{job_id}.submitted.>"]))
    key = msgspec.json.decode(stored[0].payload, type=JobSubmitted).spec.narration
    sound = served.do(served.running.blobs.get(key))
    with av.open(io.BytesIO(sound)) as recording:
        samples = sum(frame.samples for frame in recording.decode(audio=0))
        rate = recording.streams.audio[0].rate
    assert samples / rate > 1.5


def test_a_schedule_is_kept_and_removed(tab: Page) -> None:
    tab.goto("/dashboard/schedules")
    tab.get_by_label("Name").fill("weekly")
    tab.get_by_label("When").fill("0 8 * * 1")
    tab.get_by_label("Repository").fill("acme/site")
    tab.get_by_role("button", name="Keep the schedule").click()
    expect(tab.get_by_role("heading", name="weekly")).to_be_visible()
    tab.get_by_role("button", name="Remove weekly").click()
    expect(tab.get_by_text("There is no schedule.")).to_be_visible()


def test_the_list_is_read_and_filtered_without_javascript(browser: Browser, served: Dashboard) -> None:
    context = browser.new_context(base_url=served.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Status").select_option("finished")
    page.get_by_role("button", name="Filter").click()
    assert set(page.locator(".jobs .chip").all_inner_texts()) == {"finished"}
    page.locator(f"a[href$='{FINISHED}']").click()
    expect(page.locator("video")).to_be_visible()
    context.close()


def test_a_film_is_reached_and_started_with_the_keyboard_alone(tab: Page) -> None:
    tab.goto("/")
    tab.keyboard.press("Tab")
    expect(tab.get_by_text("Skip to the content")).to_be_focused()
    tab.keyboard.press("Enter")
    for _ in range(30):
        tab.keyboard.press("Tab")
        if f"/{FINISHED}" in str(tab.evaluate("document.activeElement.getAttribute('href')")):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/{FINISHED}")


def test_with_tokens_the_player_and_the_news_work_after_signing_in(
    browser: Browser, job: Path, tmp_path: Path
) -> None:
    with dashboard(tmp_path, films=job, api_tokens=("boss",)) as closed:
        context = browser.new_context(base_url=closed.address)
        page = context.new_page()
        page.goto("/dashboard/new")
        page.get_by_label("Token").fill("boss")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Repository").fill(GATED)
        page.get_by_role("button", name="Make the film").click()
        expect(page.locator(".timeline tr", has_text="Draw the film").locator("small").first).to_have_text(
            "50 %"
        )
        closed.call(closed.stages.nod.set)
        expect(page.locator("video")).to_be_visible()
        until(page, "document.querySelector('video').readyState >= 2")
        assert "boss" not in str(context.cookies())
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        context.close()
