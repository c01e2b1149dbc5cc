"""Write an order as the generated classes have it, and read it back."""

from acme.orders.v1.order_pb2 import Order, OrderLine

order = Order(id="o1", lines=[OrderLine(product_id="p1", quantity=3)], state=Order.State.STATE_PAID)
read = Order.FromString(order.SerializeToString())
print(read.id, read.lines[0].product_id, read.lines[0].quantity, Order.State.Name(read.state))
