"""The demo processor's addresses, to be put under /pay/demo/."""

from django.urls import path

from lathe.payments.providers.demo import views

app_name = "demo_processor"
urlpatterns = [path("<slug:reference>/", views.page, name="page")]
