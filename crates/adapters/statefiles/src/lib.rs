//! What the services of one machine know without the database, in files: the route table, wishes, the state of the house, its history and incidents.
