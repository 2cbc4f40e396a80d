"""The operator's addresses, below /manage/."""

from django.urls import path

from lathe.backoffice.views import cases, machinery, money, orders, overview, releases, rights

app_name = "backoffice"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:uid>/", orders.order, name="order"),
    path("orders/<uuid:uid>/refund/", orders.refund, name="refund"),
    path("orders/<uuid:uid>/chargeback/", orders.chargeback, name="chargeback"),
    path("orders/<uuid:uid>/receipt/", orders.receipt, name="receipt"),
    path("orders/<uuid:uid>/link/", orders.link, name="link"),
    path("releases/", releases.releases, name="releases"),
    path("releases/<uuid:uid>/", releases.release, name="release"),
    path("releases/<uuid:uid>/publish/", releases.publish, name="publish"),
    path("releases/<uuid:uid>/withdraw/", releases.withdraw, name="withdraw"),
    path("releases/<uuid:uid>/claim/", rights.claim, name="claim"),
    path("releases/<uuid:uid>/deal/", rights.deal, name="deal"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:number>/", cases.case, name="case"),
    path("cases/<int:number>/reinstate/", cases.reinstate, name="reinstate"),
    path("cases/<int:number>/reassign/", cases.reassign, name="reassign"),
    path("cases/<int:number>/refund/", cases.refund_buyers, name="refund_buyers"),
    path("cases/<int:number>/end-downloads/", cases.end_downloads, name="end_downloads"),
    path("money/", money.money, name="money"),
    path("money/payouts/<str:month>/<str:currency>/<str:report>/", money.payouts, name="payouts"),
    path("money/payout/<uuid:uid>/<str:currency>/", money.payout, name="payout"),
    path("money/charged-back/", money.charged_back, name="charged_back"),
    path("money/balances/", money.balances, name="balances"),
    path("money/balances/<str:code>/<str:currency>/", money.write_off, name="write_off"),
    path("letters/", machinery.letters, name="letters"),
    path("jobs/", machinery.dead_jobs, name="jobs"),
    path("jobs/<str:kind>/retry/", machinery.retry, name="retry"),
]
