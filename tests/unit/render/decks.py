# ruff: noqa: E501 - what is drawn stands here as it is read
"""One deck in several languages and scripts, to be drawn: names and code stay, everything else is translated."""

from __future__ import annotations

from shared.script import (
    CodeSlide,
    FlowSlide,
    GlanceSlide,
    Item,
    LanguageShare,
    LineGroup,
    ListSlide,
    NewsSlide,
    OutroSlide,
    Pin,
    Script,
    Text,
    Tile,
    TimelineSlide,
    TitleSlide,
    TreemapSlide,
    VerdictSlide,
)
from tests.support.films import edges, items, nodes, scene, script, sentence, stats, texts
from tests.unit.render.scripts import ArchitectureSlide

WORDS = {
    "es": (
        "Visita al repositorio", "El pequeño conjunto de herramientas ASGI: rutas, WebSockets y tareas en segundo plano.",
        "De un vistazo", "starlette en cifras", "archivos", "líneas de código", "personas que contribuyeron", "Lenguajes",
        "Arquitectura", "Cómo dependen los módulos unos de otros", "Lo que lo favorece", "Lo que conviene sopesar", "siete años de historia",
        "una sola persona hizo el 63 % de los cambios", "Qué ofrece según su README", "Rutas con parámetros tipados", "cada uno se convierte antes de que se ejecute tu código",
        "Corregido", "Dos peticiones ya no comparten un búfer", "Narrado por una voz sintética", "Un marco web de Python",
    ),
    "de": (
        "Rundgang durch das Repository", "Das kleine ASGI-Werkzeug: Routen, WebSockets und Hintergrundaufgaben in einem schlanken Paket.",
        "Auf einen Blick", "starlette in Zahlen", "Dateien", "Zeilen Quelltext", "Mitwirkende", "Programmiersprachen",
        "Architektur", "Wie die Module voneinander abhängen", "Was dafür spricht", "Was man dagegen abwägen sollte", "Sieben Jahre Entwicklungsgeschichte",
        "63 Prozent der Änderungen stammen von einer einzigen Person", "Was das README aufzählt", "Typisierte Pfadparameter", "jeder wird umgewandelt, bevor dein Code läuft",
        "Behoben", "Zwei Anfragen teilen sich keinen Puffer mehr", "Gesprochen von einer synthetischen Stimme", "Ein Python-Webframework",
    ),
    "ar": (
        "جولة في المستودع", "إطار عمل صغير وخفيف لخدمات الويب: مسارات واتصالات WebSocket ومهام في الخلفية.",
        "نظرة سريعة", "أرقام عن starlette", "ملف", "سطر من الشيفرة", "مساهم", "لغات البرمجة",
        "البنية", "كيف تعتمد الوحدات بعضها على بعض", "ما يشهد له", "ما ينبغي أخذه في الحسبان", "سبع سنوات من التطوير",
        "شخص واحد كتب 63 % من التغييرات", "ما يذكره ملف README", "معاملات مسار ذات أنواع", "يُحوَّل كل منها قبل تشغيل شيفرتك",
        "إصلاح", "لم يعد طلبان يتشاركان ذاكرة مؤقتة واحدة", "الصوت اصطناعي", "إطار ويب بلغة Python",
    ),
    "hi": (
        "रिपॉज़िटरी की सैर", "वेब सेवाओं के लिए एक छोटा और हल्का ढाँचा: मार्ग, WebSocket और पृष्ठभूमि के काम।",
        "एक नज़र में", "starlette आँकड़ों में", "फ़ाइलें", "कोड की पंक्तियाँ", "योगदानकर्ता", "भाषाएँ",
        "संरचना", "मॉड्यूल एक-दूसरे पर कैसे निर्भर हैं", "इसके पक्ष में", "इसके विरुद्ध क्या तौलें", "सात वर्षों का इतिहास",
        "63 % बदलाव एक ही व्यक्ति ने किए", "README में क्या लिखा है", "टाइप वाले पथ पैरामीटर", "आपका कोड चलने से पहले हर एक बदला जाता है",
        "ठीक किया गया", "अब दो अनुरोध एक ही बफ़र साझा नहीं करते", "कृत्रिम आवाज़ में", "एक Python वेब ढाँचा",
    ),
    "ja": (
        "リポジトリ紹介", "小さくて軽いASGIツールキット。ルーティング、WebSocket、バックグラウンド処理をひとつにまとめます。",
        "ひと目でわかる", "数字で見るstarlette", "ファイル", "コード行数", "貢献者", "使用言語",
        "アーキテクチャ", "モジュールがどのように依存し合っているか", "評価できる点", "考慮すべき点", "七年にわたる開発の歴史",
        "変更の63%はひとりの作者によるもの", "READMEに書かれている機能", "型付きのパスパラメータ", "コードが実行される前に一つずつ変換されます",
        "修正", "二つのリクエストが同じバッファを共有しなくなりました", "合成音声によるナレーション", "PythonのWebフレームワーク",
    ),
    "zh": (
        "代码库导览", "小巧轻量的ASGI工具包：路由、WebSocket和后台任务，一应俱全。",
        "概览", "starlette的数字", "个文件", "行代码", "位贡献者", "编程语言",
        "架构", "各模块之间如何相互依赖", "优点", "需要权衡之处", "七年的开发历史",
        "63%的改动出自同一位作者", "README列出的功能", "带类型的路径参数", "在您的代码运行之前逐一转换",
        "修复", "两个请求不再共用同一个缓冲区", "由合成语音解说", "一个Python网络框架",
    ),
}  # fmt: skip


def deck(language: str) -> Script:
    """Every kind of slide, with texts as long as that language needs."""
    (
        tour, line, glance, numbers, files, lines, people, languages, architecture, depend,
        speaks, weigh, history, single, offers, feature, detail, fixed, change, voice, kind,
    ) = WORDS[language]  # fmt: skip
    said = sentence("starlette")
    feature_items = items((feature, detail), ("WebSocket", ""), (change, detail))
    return script(
        scene("hook", TitleSlide(kicker=Text(tour), title=Text("starlette"), subtitle=Text(line), chips=texts("Python", "BSD-3-Clause")), said),
        scene(
            "glance",
            GlanceSlide(
                kicker=Text(glance), title=Text(numbers), stats=stats(("124", files), ("18,204", lines), ("310", people)),
                languages_label=Text(languages),
                languages=(LanguageShare(name=Text("Python"), share=0.93, color="#3572A5"), LanguageShare(name=Text("HTML"), share=0.05, color="#e34c26")),
                badges=texts("BSD-3-Clause", "0.47.3"), people=texts("Tom Christie", "Marcelo Trylesinski"),
            ),
            said,
        ),
        scene("list", ListSlide(kicker=Text(glance), title=Text(offers), items=feature_items), said),
        scene("flow", FlowSlide(kicker=Text(glance), title=Text(offers), problem=Item(heading=Text(tour), body=Text(line)), steps=feature_items), said),
        scene(
            "architecture",
            ArchitectureSlide(
                kicker=Text(architecture), title=Text(depend), nodes=nodes(("applications", f"250 {lines}"), ("routing", f"876 {lines}"), ("types", f"26 {lines}")),
                edges=edges("applications>routing", "routing>types"), pointed=("routing",),
            ),
            said,
        ),
        scene(
            "map",
            TreemapSlide(
                kicker=Text(architecture), title=Text(depend),
                tiles=tuple(Tile(heading=Text(name), body=Text(f"{size} {lines}"), lines=size) for name, size in (("starlette", 6_712), ("tests", 9_120), ("docs", 402))),
            ),
            said,
        ),
        scene("code", CodeSlide(kicker=Text(architecture), title=Text("Router.match"), path=Text("starlette/routing.py"), language="python", first_line=252, code=Text("def match(self, scope: Scope) -> Match:\n    return Match.FULL  # type: ignore"), groups=(LineGroup(first=252, last=252),)), said),
        scene(
            "history",
            TimelineSlide(kicker=Text(glance), title=Text(history), first_month="2018-06", counts=(3, 9, 4, 1, 0, 7) * 8, facts=(), pins=(Pin(label=Text("0.1.0"), month="2018-07"), Pin(label=Text("0.47.3"), month="2022-03"))),
            said,
        ),
        scene("news", NewsSlide(kicker=Text("0.47.3"), title=Text(offers), items=items((fixed, change), (fixed, detail))), said),
        scene("verdict", VerdictSlide(kicker=Text(glance), title=Text(weigh), for_label=Text(speaks), against_label=Text(weigh), assets=texts(history, people), burdens=texts(single)), said),
        scene("outro", OutroSlide(title=Text("starlette"), subtitle=Text(kind), call=Text("pip install starlette"), credits=texts("encode/starlette", "BSD-3-Clause", voice)), said),
        title="starlette",
        language=language,
    )  # fmt: skip
