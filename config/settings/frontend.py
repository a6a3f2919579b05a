"""Front-end settings: which third-party files the browser may ask for, and how modules find each other.

There is no bundler. ``core.npm.NpmFinder`` publishes exactly the files listed in ``NPM_FILES`` as
``/static/npm/<package>/<path>``; ``core.modules`` follows imports from an entry file and writes the
import map. A bare specifier means the same in the browser and under ``node --test``.
"""

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent

STATIC_URL = "/static/"
STATICFILES_DIRS = [PROJECT_ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.npm.NpmFinder",
]
#: Keep only the hashed copies in STATIC_ROOT.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

NPM_ROOT = PROJECT_ROOT / "node_modules"

#: Icons (Bootstrap Icons) that ``{% icon "name" %}`` may draw. Add yours here, in order.
ICONS = """
    activity archive arrow-clockwise arrow-counterclockwise arrow-down arrow-left
    arrow-left-right arrow-repeat arrow-right arrow-up arrows-fullscreen award bar-chart bell
    bell-slash binoculars book bookmark box-arrow-in-right box-arrow-right box-arrow-up-right
    box-seam broadcast building buildings bullseye calendar3 calendar-check calendar-event
    camera camera-video car-front card-checklist card-list caret-down-fill chat-dots
    chat-left-text check check2 check2-all check2-circle check2-square check-circle
    check-circle-fill chevron-down chevron-left chevron-right chevron-up circle circle-half
    clipboard clipboard2-check clipboard2-data clock clock-history cloud-arrow-up cloud-check
    cloud-slash columns-gap copy cpu crosshair dash dash-circle diagram-3 display door-open
    download droplet envelope exclamation-circle exclamation-octagon exclamation-octagon-fill
    exclamation-triangle exclamation-triangle-fill eye eye-slash file-earmark
    file-earmark-arrow-down file-earmark-pdf file-earmark-spreadsheet file-earmark-text file-earmark-zip
    files filter fire flag folder folder2-open fullscreen funnel gear geo geo-alt geo-alt-fill globe
    graph-up grid hand-index hand-thumbs-up heart-pulse hourglass-split house image images inbox
    info-circle journal-text key laptop layers lightbulb lightning lightning-charge link-45deg
    list list-check list-task list-ul lock map megaphone mic moon moon-stars pause-circle pencil
    pencil-square people person person-badge person-check person-circle person-gear person-plus
    person-raised-hand person-vcard person-walking person-x phone pin-map play-circle plus
    plus-circle plus-lg printer qr-code qr-code-scan question-circle receipt repeat search send
    shield shield-check shield-exclamation shield-lock shop signpost-2 signpost-split
    slash-circle sliders sort-down sort-up speedometer2 stack star stop-circle stopwatch sun tag
    telephone telephone-fill thermometer-half three-dots three-dots-vertical tools translate
    trash trophy truck universal-access unlock upload vector-pen volume-mute volume-up wifi
    wifi-off wrench wrench-adjustable x x-circle x-circle-fill x-lg zoom-in zoom-out
""".split()  # noqa: SIM905 - two hundred quotes would not read better

#: Package -> globs of the files the browser may ask for.
NPM_FILES = {
    "htmx.org": ["dist/htmx.min.js"],
    "@hotwired/stimulus": ["dist/stimulus.js"],
    "bootstrap": ["dist/css/bootstrap.min.css"],
    "bootstrap-icons": [f"icons/{name}.svg" for name in ICONS],
    "chart.js": ["dist/chart.umd.min.js"],
    "leaflet": ["dist/leaflet.js", "dist/leaflet.css", "dist/images/*.png"],
    "@geoman-io/leaflet-geoman-free": [
        "dist/leaflet-geoman.min.js",
        "dist/leaflet-geoman.css",
    ],
    "lit-html": [
        "lit-html.js",
        "directive.js",
        "directive-helpers.js",
        "async-directive.js",
        "directives/*.js",
    ],
    "idb": ["build/index.js"],
    "barcode-detector": ["dist/es/ponyfill.js", "dist/es/zxing-exported.js"],
    "zxing-wasm": ["dist/reader/zxing_reader.wasm"],
}

#: Bare specifier -> static path. Sub-paths such as "lit-html/directives/repeat.js" need no entry.
IMPORTS = {
    "@hotwired/stimulus": "npm/@hotwired/stimulus/dist/stimulus.js",
    "chart.js": "npm/chart.js/dist/chart.umd.min.js",
    "leaflet": "npm/leaflet/dist/leaflet.js",
    "@geoman-io/leaflet-geoman-free": "npm/@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js",
    "lit-html": "npm/lit-html/lit-html.js",
    "idb": "npm/idb/build/index.js",
    "barcode-detector/ponyfill": "npm/barcode-detector/dist/es/ponyfill.js",
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/orderly.html"
