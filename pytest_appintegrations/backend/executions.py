"""Start the executions of data integration associations, and complete them by the clock or the test."""

from __future__ import annotations

from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import DATA_INTEGRATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.backend.resources import Record

IN_PROGRESS = "IN_PROGRESS"


def execution_status(record: Record) -> str | None:
    """Return the status of an association's last execution; None if there was none."""
    status: str | None = record.get("LastExecutionStatus", {}).get("ExecutionStatus")
    return status


def with_new_execution(state: RegionState, record: Record) -> Record:
    """Start the execution of an association if it is on demand; return the updated record."""
    if record.get("ExecutionConfiguration", {}).get("ExecutionMode") != "ON_DEMAND":
        return record
    record_start(state, record)
    return {**record, "LastExecutionStatus": {"ExecutionStatus": IN_PROGRESS}}


def record_start(state: RegionState, record: Record) -> None:
    """Record that the execution of an association starts now."""
    state.execution_starts[record[ASSOCIATION.id_member]] = state.clock.now()


def set_execution_status(state: RegionState, record: Record, status: str, message: str | None = None) -> Record:
    """Set the status of an association's last execution; one in progress starts now."""
    last_status = {"ExecutionStatus": status}
    if message is not None:
        last_status["StatusMessage"] = message
    if status == IN_PROGRESS:
        record_start(state, record)
    return state.records(ASSOCIATION).replace({**record, "LastExecutionStatus": last_status})


def complete_if_due(state: RegionState, record: Record) -> Record:
    """Complete the execution of an association if the clock is far enough past its start; return the record."""
    started_at = state.execution_starts.get(record[ASSOCIATION.id_member])
    seconds = state.settings.execution_seconds
    if started_at is None or seconds is None or execution_status(record) != IN_PROGRESS:
        return record
    if (state.clock.now() - started_at).total_seconds() < seconds:
        return record
    return set_execution_status(state, record, "COMPLETED")
