"""Every address of the shop."""

from django.urls import include, path

urlpatterns = [
    path("", include("lathe.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("manage/", include("lathe.backoffice.urls")),
    path("pay/demo/", include("lathe.payments.providers.demo.urls")),
]

handler400 = "lathe.web.views.errors.malformed"
handler403 = "lathe.web.views.errors.refused"
handler404 = "lathe.web.views.errors.not_found"
handler500 = "lathe.web.views.errors.broken"
