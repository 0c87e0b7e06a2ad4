"""The folder gets every film; anything beyond it only those above the gate, or by force."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from services.publisher.gate import below
from services.publisher.publication import Publication
from services.publisher.quality.report import at_most, report, unmeasured
from services.publisher.settings import PublisherSettings
from services.publisher.targets.ledger import Key, Ledger
from shared.errors import Reject
from shared.events import JobEnded, now
from shared.facts import Evidence, Fact, FactBase
from tests.support.pipelines import pipeline_process

GOOD, BAD = {"missing_glyphs": at_most(0, 0, 9)}, {"missing_glyphs": at_most(3, 0, 9)}
UNHEARD = {"ordinary_words": unmeasured("≤ 0.1", "no listener is installed")}
ALLOWED = msgspec.structs.replace(PublisherSettings(), targets=("files", "elsewhere"))


class Elsewhere:
    """A target that notes what came."""

    name = "elsewhere"

    def __init__(self) -> None:
        self.came: list[str] = []

    async def send(self, parcel, page, progress) -> str:
        self.came.append(f"{parcel.film.title}, {page.key.revision[:4]}")
        progress(100.0)
        return "https://elsewhere.example/1"


class Shelf:
    """A bucket that notes what came."""

    name = "bucket"

    def __init__(self, *, is_served: bool = True) -> None:
        self.is_served = is_served
        self.closed: set[str] = set()

    async def send(self, parcel, page, progress) -> str:
        return f"https://shelf.example/{parcel.film.video}"

    async def close(self, spec, job_id, folder, names) -> None:
        self.closed = {name for name in names if (folder / name).is_file()}


def ignore(_percent: float) -> None:
    pass


@pytest.fixture
async def publication(studio, tmp_path):
    """Make a publication with these settings, and one target besides the folder."""
    async with pipeline_process(tmp_path / "nats") as process:

        def make(settings=ALLOWED, target=None, bucket=None):
            sent_to = {"elsewhere": target or Elsewhere()}
            ledger = Ledger(process.bus)
            return Publication(studio.blobs, studio.publisher, settings, sent_to, ledger, bucket)

        yield make


async def _publish(publication, studio, measures, settings=ALLOWED, **wishes):
    studio.spec = msgspec.structs.replace(studio.spec, **wishes)
    return await publication(settings).handle(await studio.rendered(measures=measures), ignore)


@pytest.fixture
def publish(publication):
    return partial(_publish, publication)


async def test_a_bad_film_still_comes_into_its_folder(studio, publish) -> None:
    published = await publish(studio, BAD)
    assert (studio.folder / "video.en.mp4").is_file()
    assert published.output.forced == ()
    (warning,) = published.warnings
    assert warning == "the film is below the quality gate: M4.missing_glyphs is 3, must be ≤ 0"


async def test_a_good_film_may_go_anywhere(studio, publication) -> None:
    target = Elsewhere()
    studio.spec = msgspec.structs.replace(studio.spec, publish=("files", "elsewhere"))
    event = await studio.rendered(measures=GOOD)
    published = await publication(target=target).handle(event, ignore)
    assert published.output.forced == ()
    assert published.warnings == ()
    assert published.output.links == {"elsewhere": "https://elsewhere.example/1"}
    (came,) = target.came
    assert came.endswith(event.files["script.en.json"].removeprefix("sha256/")[:4])


async def test_a_bad_film_goes_nowhere_else_and_the_refusal_names_the_figure(studio, publish) -> None:
    with pytest.raises(Reject) as refused:
        await publish(studio, BAD, publish=("files", "elsewhere"))
    assert refused.value.code == "quality"
    assert "M4.missing_glyphs is 3, must be ≤ 0" in str(refused.value)
    assert (studio.folder / "video.en.mp4").is_file()


async def test_force_is_obeyed_and_recorded(studio, publish) -> None:
    published = await publish(studio, BAD, publish=("files", "elsewhere"), force=True)
    assert published.output.forced == ("M4.missing_glyphs",)


async def test_a_bucket_is_part_of_the_folder_and_leads_people_to_the_film(studio, publication) -> None:
    published = await publication(bucket=Shelf()).handle(await studio.rendered(measures=BAD), ignore)
    assert published.output.links == {"bucket": "https://shelf.example/video.en.mp4"}
    assert published.output.video_url == "https://shelf.example/video.en.mp4"
    assert published.output.thumbnail_url == "https://shelf.example/thumbnail.en.jpg"


@pytest.mark.parametrize(
    ("is_served", "fact", "is_copied"),
    [
        (True, ("license.spdx", "MIT"), True),
        (True, ("license.spdx", "BUSL-1.1"), False),
        (True, ("repo.private", True), False),
        (False, ("repo.private", True), True),
    ],
)
async def test_a_served_bucket_shows_nothing_private_or_denied(
    studio, publication, is_served, fact, is_copied
) -> None:
    shelf = Shelf(is_served=is_served)
    seen = Fact(id=fact[0], kind="repo", value=fact[1], evidence=(Evidence(source="api", field="x"),))
    event = await studio.rendered()
    base = FactBase(repo="encode/httpx", commit=None, facts=(seen,))
    event = msgspec.structs.replace(event, facts=await studio.blobs.put(msgspec.json.encode(base)))
    settings = msgspec.structs.replace(ALLOWED, licenses_denied=("BUSL-1.1",))
    here = publication(settings, bucket=shelf)
    published = await here.handle(event, ignore)
    assert ("bucket" in published.output.links) is is_copied
    await here.close(JobEnded(job_id=event.job_id, spec=event.spec, at=now(), outcome="finished"), ignore)
    assert bool(shelf.closed) is is_copied


async def test_the_final_record_goes_into_the_bucket_too(studio, publication) -> None:
    shelf = Shelf()
    await publication(bucket=shelf).handle(await studio.rendered(), ignore)
    ended = JobEnded(job_id=studio.folder.name, spec=studio.spec, at=now(), outcome="finished")
    await publication(bucket=shelf).close(ended, ignore)
    assert {"job.json", "index.html"} <= shelf.closed


async def test_a_wish_never_widens_what_the_operator_allows(studio, publish) -> None:
    with pytest.raises(Reject) as refused:
        await publish(studio, GOOD, PublisherSettings(), publish=("files", "elsewhere"), force=True)
    assert refused.value.code == "target_unavailable"


async def test_what_nobody_measured_stands_in_the_way(studio, publish) -> None:
    with pytest.raises(Reject, match=r"M4\.ordinary_words is not measured"):
        await publish(studio, UNHEARD, publish=("files", "elsewhere"))


async def test_a_film_without_a_report_goes_nowhere_else(studio, publication) -> None:
    studio.spec = msgspec.structs.replace(studio.spec, publish=("files", "elsewhere"))
    event = await studio.rendered()
    event = msgspec.structs.replace(
        event, files={name: key for name, key in event.files.items() if "quality" not in name}
    )
    with pytest.raises(Reject, match="without a quality report"):
        await publication().handle(event, ignore)


def test_an_operator_may_let_a_gate_go_unmeasured_but_never_failed() -> None:
    unheard, bad = report("en", {"M2": UNHEARD}), report("en", {"M2": BAD})
    assert below(unheard, ()) == ("M2.ordinary_words",)
    assert below(unheard, ("M2",)) == ()
    assert below(bad, ("M2",)) == ("M2.missing_glyphs",)


async def test_a_refusal_names_a_few_figures_and_counts_the_rest(studio, publish) -> None:
    many = {f"measure_{number}": at_most(3, 0, 9) for number in range(7)}
    with pytest.raises(Reject, match="; 3 more"):
        await publish(studio, many, publish=("files", "elsewhere"))


@pytest.mark.parametrize(("denied", "goes"), [(("AGPL-3.0",), False), (("MIT",), True), ((), True)])
async def test_a_denied_licence_keeps_a_film_in_its_folder_whoever_asks(
    studio, publish, denied, goes
) -> None:
    seen = (Evidence(source="file", path="LICENSE"),)
    studio.facts = (Fact(id="license.spdx", kind="license", value="AGPL-3.0", evidence=seen),)
    settings = msgspec.structs.replace(ALLOWED, licenses_allowed=("MIT",), licenses_denied=denied)
    wishes = {"publish": ("files", "elsewhere"), "force": True}
    if goes:
        assert (await publish(studio, GOOD, settings, **wishes)).output.links
    else:
        with pytest.raises(Reject, match=r"licensed under AGPL-3\.0") as refused:
            await publish(studio, GOOD, settings, **wishes)
        assert refused.value.code == "policy"
    assert (studio.folder / "video.en.mp4").is_file()


async def test_github_is_told_by_another_and_gets_no_film_sent(studio, publish) -> None:
    settings = msgspec.structs.replace(ALLOWED, targets=("files", "github"))
    assert (await publish(studio, GOOD, settings, publish=("files", "github"))).output.links == {}
    with pytest.raises(Reject, match="nothing is published to 'github' here"):
        await publish(studio, GOOD, publish=("files", "github"))


async def test_what_was_taken_down_does_not_go_there_again(studio, publication) -> None:
    studio.spec = msgspec.structs.replace(studio.spec, publish=("files", "elsewhere"))
    event, target = await studio.rendered(measures=GOOD), Elsewhere()
    sending = publication(target=target)
    key = Key(event.job_id, "en", "elsewhere", event.files["script.en.json"].removeprefix("sha256/"))
    page = await sending._ledger.page(key)
    await page.record(reference="1", url="https://elsewhere.example/1", withdrawn=True)
    with pytest.raises(Reject, match="was taken down from elsewhere") as refused:
        await sending.handle(event, ignore)
    assert (refused.value.code, target.came) == ("withdrawn", [])
