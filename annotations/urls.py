"""The addresses of the pages; every view names the capability it needs, or is open to strangers."""

from django.urls import path

from annotations.views import people, sessions

app_name = "annotations"

urlpatterns = [
    # People
    path("log-in", sessions.log_in, name="log-in"),
    path("log-out", sessions.log_out, name="log-out"),
    path("first-account/<str:token>", sessions.first_account, name="first-account"),
    path("invitation/<str:person_part>/<str:token>", sessions.invitation, name="invitation"),
    path("account", people.account, name="account"),
    path("account/name", people.account_name, name="account-name"),
    path("account/password", people.account_password, name="account-password"),
    path("people", people.people_list, name="people"),
    path("people/invite", people.person_invite, name="person-invite"),
    path("people/<int:pk>/role", people.person_role, name="person-role"),
    path("people/<int:pk>/password-link", people.person_password_link, name="person-password-link"),
    path("people/<int:pk>/deactivate", people.person_deactivate, name="person-deactivate"),
    path("people/<int:pk>/reactivate", people.person_reactivate, name="person-reactivate"),
]
