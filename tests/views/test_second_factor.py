"""The second step of a log-in, and the pages that turn it on, off and over, as a browser sees them."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotations.choices import Role
from annotations.domain.people import make_password_link
from annotations.domain.second_factor import begin_second_factor, turn_on_second_factor
from annotations.models import AuditEntry, LogIn, User
from annotations.queries.second_factor import has_second_factor
from tests.builders import make_user

pytestmark = pytest.mark.django_db

LOG_IN = reverse("annotations:log-in")
CODE = reverse("annotations:log-in-code")
PAGE = reverse("annotations:second-factor")
IMAGE = reverse("annotations:second-factor-image")
ON = reverse("annotations:second-factor-on")
CODES = reverse("annotations:second-factor-codes")
OFF = reverse("annotations:second-factor-off")
PEOPLE = reverse("annotations:people")
PASSWORD = "correct horse"
RECOVERY = re.compile(r"<code>((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})</code>")


@pytest.fixture
def clock(db: None) -> time_machine.Traveller:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def edith(clock: time_machine.Traveller) -> User:
    """Somebody whose second factor is on; her next code is there."""
    person = make_user(username="edith", role=Role.EDITOR)
    begin_second_factor(by=person)
    person.codes = turn_on_second_factor(code=code_of(person), by=person)
    clock.shift(timedelta(minutes=1))
    return person


def code_of(person: User) -> str:
    return f"{totp(TOTPDevice.objects.get(user=person).bin_key):06d}"


def wrong_code_of(person: User) -> str:
    return f"{(int(code_of(person)) + 500_000) % 1_000_000:06d}"


def give_password(client: Client, *, password: str = PASSWORD, **fields: str) -> HttpResponse:
    return client.post(LOG_IN, {"username": "edith", "password": password, **fields})


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# ---- Log in ----


def test_the_password_alone_lets_nobody_in(client: Client, edith: User) -> None:
    answer = give_password(client)

    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not is_logged_in(client)
    assert client.get(reverse("annotations:desk")).status_code == 302
    assert not LogIn.objects.exists()


def test_the_code_lets_in_and_goes_on_to_the_page_that_was_asked_for(client: Client, edith: User) -> None:
    give_password(client, next="/account")

    answer = client.post(CODE, {"code": code_of(edith)})

    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert is_logged_in(client)
    assert LogIn.objects.get().person == edith
    assert AuditEntry.objects.filter(event="logged_in", person=edith).count() == 1


def test_a_recovery_code_lets_in(client: Client, edith: User) -> None:
    give_password(client)

    assert client.post(CODE, {"code": edith.codes[0]}).status_code == 302

    assert is_logged_in(client)


def test_whoever_has_no_second_factor_is_asked_for_none(client: Client) -> None:
    make_user(username="edith")

    give_password(client)

    assert is_logged_in(client)


def test_a_wrong_code_is_told_and_noted(client: Client, edith: User) -> None:
    give_password(client)

    answer = client.post(CODE, {"code": wrong_code_of(edith)})

    assert answer.status_code == 422
    assert "This code is wrong, or was used before." in answer.content.decode()
    assert not is_logged_in(client)
    entry = AuditEntry.objects.get(event="log_in_failed")
    assert (entry.person, entry.detail) == (edith, "Wrong code")
    assert wrong_code_of(edith) not in AccessAttempt.objects.get().post_data


def test_without_the_right_password_no_code_is_asked_for(client: Client, edith: User) -> None:
    wrong = give_password(client, password="wrong horse")
    stranger = client.post(LOG_IN, {"username": "nobody", "password": "wrong horse"})

    assert (wrong.status_code, stranger.status_code) == (422, 422)
    assert "No active account has this username and password" in wrong.content.decode()
    assert client.get(CODE).status_code == 410
    assert client.post(CODE, {"code": code_of(edith)}).status_code == 410
    assert not is_logged_in(client)


def test_five_wrong_codes_lock_as_five_wrong_passwords_do(
    client: Client, edith: User, clock: time_machine.Traveller
) -> None:
    give_password(client)

    statuses = [client.post(CODE, {"code": wrong_code_of(edith)}).status_code for _ in range(5)]

    assert statuses == [422, 422, 422, 422, 429]
    clock.shift(timedelta(minutes=1))
    assert client.post(CODE, {"code": code_of(edith)}).status_code == 429
    assert give_password(client).status_code == 429
    assert not is_logged_in(client)


def test_the_right_password_again_does_not_forget_wrong_codes(client: Client, edith: User) -> None:
    for _ in range(4):
        give_password(client)
        client.post(CODE, {"code": wrong_code_of(edith)})

    give_password(client)

    assert client.post(CODE, {"code": wrong_code_of(edith)}).status_code == 429


def test_the_code_is_taken_within_ten_minutes(
    client: Client, edith: User, clock: time_machine.Traveller
) -> None:
    give_password(client)
    clock.shift(timedelta(minutes=10, seconds=1))

    answer = client.post(CODE, {"code": code_of(edith)})

    assert answer.status_code == 410
    assert "Log in again" in answer.content.decode()
    assert not is_logged_in(client)


@pytest.mark.parametrize("change", ["password", "is_active"])
def test_a_new_password_or_deactivation_ends_a_log_in_half_way(
    client: Client, edith: User, change: str
) -> None:
    give_password(client)
    if change == "password":
        edith.set_password("plum tart in autumn")
    else:
        edith.is_active = False
    edith.save()

    assert client.post(CODE, {"code": code_of(edith)}).status_code == 410


def test_a_link_for_a_new_password_does_not_go_around_it(client: Client, edith: User) -> None:
    link = make_password_link(person=edith, by=make_user(role=Role.ADMIN))
    passwords = dict.fromkeys(("password", "password_again"), "plum tart in autumn")

    answer = client.post(reverse("annotations:invitation", args=link), passwords)

    assert answer["Location"] == CODE
    assert not is_logged_in(client)
    client.post(CODE, {"code": code_of(edith)})
    assert is_logged_in(client)


# ---- One's own ----


@pytest.mark.parametrize("role", list(Role))
def test_everybody_can_turn_it_on_and_off(client: Client, clock: time_machine.Traveller, role: Role) -> None:
    person = make_user(role=role)
    client.force_login(person)
    assert "It is off." in client.get(PAGE).content.decode()

    client.post(PAGE)
    secret = TOTPDevice.objects.get().bin_key
    page = client.get(PAGE).content.decode()
    assert f'src="{IMAGE}"' in page
    answer = client.post(ON, {"password": PASSWORD, "code": code_of(person)})

    assert len(RECOVERY.findall(answer.content.decode())) == 10
    assert has_second_factor(person)
    page = client.get(PAGE).content.decode()
    assert "10 recovery codes are left" in page
    assert not RECOVERY.search(page)
    assert TOTPDevice.objects.get().bin_key == secret

    clock.shift(timedelta(minutes=1))
    assert client.post(OFF, {"password": PASSWORD, "code": code_of(person)}).status_code == 302
    assert not has_second_factor(person)


def test_the_picture_is_an_image_of_ones_own_secret_while_it_is_not_on(client: Client, edith: User) -> None:
    client.force_login(edith)
    assert client.get(IMAGE).status_code == 404

    newcomer = make_user()
    client.force_login(newcomer)
    assert client.get(IMAGE).status_code == 404
    client.post(PAGE)
    answer = client.get(IMAGE)

    assert answer["Content-Type"] == "image/svg+xml"
    assert "no-store" in answer["Cache-Control"]
    assert ElementTree.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"<script" not in answer.content
    assert b"style=" not in answer.content


@pytest.mark.parametrize("address", [ON, CODES, OFF])
@pytest.mark.parametrize("wrong", ["password", "code"])
def test_a_change_takes_password_and_code(client: Client, edith: User, address: str, wrong: str) -> None:
    person = edith
    if address == ON:
        person = make_user()
        begin_second_factor(by=person)
    client.force_login(person)
    fields = {"password": PASSWORD, "code": code_of(person)}
    fields[wrong] = "wrong horse" if wrong == "password" else wrong_code_of(person)

    answer = client.post(address, fields)

    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    assert not RECOVERY.search(answer.content.decode())
    assert has_second_factor(person) == (address != ON)


def test_new_recovery_codes_are_shown_once(client: Client, edith: User) -> None:
    client.force_login(edith)

    answer = client.post(CODES, {"password": PASSWORD, "code": code_of(edith)})

    assert len(RECOVERY.findall(answer.content.decode())) == 10
    assert "no-store" in answer["Cache-Control"]
    assert not RECOVERY.search(client.get(PAGE).content.decode())


def test_turning_it_on_ends_the_log_ins_elsewhere(client: Client, clock: time_machine.Traveller) -> None:
    make_user(username="edith")
    elsewhere = Client()
    for browser in (elsewhere, client):
        give_password(browser)
    client.post(PAGE)

    client.post(ON, {"password": PASSWORD, "code": code_of(User.objects.get(username="edith"))})

    assert client.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302


def test_a_second_app_is_not_begun_while_one_is_on(client: Client, edith: User) -> None:
    client.force_login(edith)

    answer = client.post(PAGE, follow=True)

    assert "Turn it off before you set up another app." in answer.content.decode()
    assert TOTPDevice.objects.count() == 1


# ---- Somebody else's ----


def test_an_admin_sees_who_has_one_and_resets_it(client: Client, edith: User) -> None:
    make_user(username="bo")
    client.force_login(make_user(role=Role.ADMIN))
    page = client.get(PEOPLE).content.decode()
    assert page.count("Reset second factor</button>") == 1

    answer = client.post(reverse("annotations:person-second-factor-reset", args=[edith.pk]), follow=True)

    assert "edith logs in with the password alone" in answer.content.decode()
    assert not has_second_factor(edith)
    give_password(client := Client())
    assert is_logged_in(client)


def test_an_admin_does_not_reset_their_own(client: Client, edith: User) -> None:
    User.objects.filter(pk=edith.pk).update(role=Role.ADMIN.value)
    client.force_login(edith)

    answer = client.post(reverse("annotations:person-second-factor-reset", args=[edith.pk]), follow=True)

    assert "Ask another admin" in answer.content.decode()
    assert has_second_factor(edith)
