import pytest
from django.test import Client
from django.urls import reverse
from tests.project.matrix import ENTRIES, keywords, entries
from tests.project.world import build
@pytest.mark.django_db
@pytest.mark.timeout(400)
def test_quick(cast, site):
    world = build(site)
    bad = []
    for who, ok in (("company_manager", True), ("guard", False)):
        c = Client(); c.force_login(getattr(cast, who))
        for route, entry in entries("get", "post"):
            if not route.name.startswith(("surveys:", "api:survey")): continue
            url = reverse(route.name, kwargs=keywords(route, entry, world))
            r = c.post(url) if entry.get("method") == "post" else c.get(url)
            allowed = who in __import__("tests.project.matrix", fromlist=["GROUPS"]).GROUPS[entry["who"]]
            if allowed and r.status_code >= 400 and not (entry.get("method") == "post" and r.status_code in (400, 409, 422)): bad.append((who, route.name, r.status_code))
            if not allowed and r.status_code not in (403, 404): bad.append((who, route.name, r.status_code))
    print(bad); open("/tmp/s2_bad.txt","w").write(repr(bad)); assert bad == []
