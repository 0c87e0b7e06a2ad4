"""Words that claim nothing: they may stand with a capital letter without a fact under them."""

from __future__ import annotations

NAMES = frozenset({"README", "GitHub", "Git", "Reporeel", "I", "CI", "URL", "OK"})
"""What the project itself brings into a text, in every language."""

_GRAMMAR = """
a about above across after again all almost along also although always among an and another any anyone
anything are around as at back because been before behind below beneath beside between beyond both but by
came can come could did do does down during each either enough even ever every everyone everything except
few finally first for from further go had half has have he her here hers his how however if in inside
instead into is it its itself just last later latest least less let like many may me mean meanwhile might
mine more most much must my near nearly neither never next no nobody none nor not nothing now of off often
on once one only onto or other others our ours out outside over own part per perhaps plus rather same second
see seen several shall she should since so some somebody someone something soon still such take than that
the their theirs them then there these they think third this those though three through till to today
together too toward turn two under underneath unless until up upon us use very want was we well went were
what whatever when where whether which while who whoever whole whose why will with within without would yes
yet you your yours zero four five six seven eight nine ten eleven twelve
"""
_FILM = """
add added address build builds installed lies look told documented after answer architecture ask at author
base beside box boxes built bottom call called calls change changed changes chapter check checked claim
claims clone code command commands commit commits contents contributor contributors count counted counting
credits currently data dependencies dependency depend depends description directories directory docs
documentation download draw drawn each edges entry example examples expect facts feature features figures
file files find folder folders follow forks found free glance hands heart helper history holds honest import
imports including inside install installing introduces it job keep known language languages largest layer
layers learn least leaves left legally library licence licensed limits line lines list listed looking made
main make makes maintained mark measure measured missing module modules most name named narrated needs
newest note number numbers obtain official open opening out overview package packages people picture
pictures pieces point points problem project promise promises purpose put question read reading release
released releases repository rest rests results reuse run running runs say says scan score section setup
shape shows size so software solution source split stand stands star stars start started starting state
states statement still stop strengths structure summary tag tagged take tell terms test tested tests text
that thing things title tool top topics total tour try trying under unknown updated usage use uses using
verdict version versions watch weak what work works workflow workflows world write written years
new speed marked fixed compared mind filed meet brings taken sum beside
"""
COMMON = frozenset((_GRAMMAR + _FILM).split())
"""English words any sentence may begin with."""

TECHNOLOGIES = frozenset(
    """
aiohttp angular ansible apache aws azure bash bazel cassandra celery clojure cmake cobol cuda cython dart
debian deno django docker elasticsearch elixir erlang fastapi firebase flask fortran gitlab golang gradle
grafana graphql grpc hadoop haskell heroku html http https java javascript jenkins jquery json jupyter kafka
keras kotlin kubernetes laravel linux llvm lua macos matplotlib maven mongodb mysql nats nginx nodejs npm
numpy ocaml openai oauth opengl pandas perl php pip postgres postgresql prometheus pydantic pypi pytest
python pytorch rabbitmq redis redux scala scikit scipy sqlalchemy sqlite starlette symfony tensorflow
terraform tkinter tornado typescript ubuntu unix uvicorn vue wasm webassembly webpack websocket websockets
xml yaml zig
""".split()
)
"""Names that are claims however they are written: a swapped "python" must not hide behind a small letter."""
