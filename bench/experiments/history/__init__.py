"""What a history costs on the way of a message: CPU, deliveries, acks."""
