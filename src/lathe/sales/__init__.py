"""Sales: basket, quote, checkout, settlement, refund. Directs every act that touches several rooms below.

Owns: Basket, Order and their lines. Offers: `quote`, `orders.place`, `settlement.settle`, `refunds.refund`.
Never does: talk HTTP, draw pages, or write another room's tables by itself.
"""
