package io.ordersystem.devstack.rules.planted.untidy.order;

import jakarta.persistence.Entity;

@Entity
class MappedOrder {}
