"""Carry out a plan: record, swap, part with the old trees, record again (docs/adr/0004).

After a kill or a power cut at any point each place holds its old tree or its new one, the state
names both digests, and `recover` of the next run puts the rest in order.
"""

import os
from collections.abc import Iterable, Mapping

from bitdeps.core.plan.model import Plan, Step
from bitdeps.errors import LocalError
from bitdeps.vendor.disk import open_directory, open_parent, refusing, write_durably
from bitdeps.vendor.gitfiles import remove_git_files, write_git_files
from bitdeps.vendor.observe import Sight
from bitdeps.vendor.records import staged_record
from bitdeps.vendor.scan import Ignored
from bitdeps.vendor.staging import STAGE, SWAP, Staged, Staging
from bitdeps.vendor.state import PlaceState, State, encode_state, state_path
from bitdeps.vendor.swap import Name, rename_free, sync_file_system
from bitdeps.vendor.trash import Trash, empty_holder


def commit(
    staging: Staging,
    plan: Plan,
    sight: Sight,
    staged: Iterable[Staged],
    *,
    before: State | None,
    after: State,
    ignored: Ignored,
) -> tuple[str, ...]:
    """Make the places what the plan says and record them; return what was moved to `.deps/trash/`.

    `staged` has a tree for each of `plan.fills`. `after` says what the state shall hold beside its places, which
    are filled in.

    Raises:
        LocalError: where the system refuses; each place is its old tree or its new one, and the next run goes on.

    """
    work = _Commit(staging, {tree.step.path: tree for tree in staged}, ignored)
    work.take_over(before, after, sight)
    for step in plan.having("keep", "adopt"):
        work.label(step)
    if plan.changes_vendor:
        work.announce(plan)
        work.swap_all(plan)
        touch_stamp(staging.project)
    work.part(plan)
    if after.git_files:
        write_git_files(staging.project, after.vendor, work.trash)
    elif before is not None and before.git_files:
        remove_git_files(staging.project, before.vendor)
    save_state(staging.project, after)
    return tuple(work.trash.moved)


def save_state(project: str, state: State) -> None:
    """Write the state durably.

    Raises:
        LocalError: where the system refuses.

    """
    write_durably(state_path(project), encode_state(state), ".deps/state")


def touch_stamp(project: str) -> None:
    """Tell build systems that the vendor directory changed.

    Raises:
        LocalError: where the system refuses.

    """
    path = os.path.join(project, ".deps", "stamp")
    with refusing("touched", ".deps/stamp"):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            os.utime(descriptor)
        finally:
            os.close(descriptor)


class _Commit:
    """One commit under way."""

    def __init__(self, staging: Staging, staged: Mapping[str, Staged], ignored: Ignored) -> None:
        self.staging = staging
        self.project = staging.project
        self.staged = staged
        self.ignored = ignored
        self.trash = Trash(staging.project)
        self.state = State()
        self.new: dict[str, PlaceState] = {}
        self.holders: dict[str, str] = {}

    def take_over(self, before: State | None, after: State, sight: Sight) -> None:
        after.places = {} if before is None else dict(before.places)
        after.places.update(sight.fresh)
        self.state = after

    def label(self, step: Step) -> None:
        """Record what a tree that stays is called now."""
        old = self.state.places.get(step.path)
        place = PlaceState(path=step.path, identity=step.identity, name=step.name, label=step.label, digest=step.digest)
        if old is not None and old.digest == step.digest:
            place.clock, place.paths, place.modes = old.clock, old.paths, old.modes
            place.sha256s, place.stats = old.sha256s, old.stats
        self.state.places[step.path] = place

    def announce(self, plan: Plan) -> None:
        """Make the staged trees durable, then record what is about to happen, then mark the holders."""
        for step in plan.fills:
            tree = self.staged[step.path]
            self.holders[step.path] = tree.holder
            with refusing("read", step.path):
                root = os.path.join(self.project, tree.holder + STAGE, "new")
                self.new[step.path] = _new_record(step, root, tree)
        for step in plan.having("remove"):
            self.holders[step.path] = self.staging.make_holder(step.path)
        self._sync()
        inputs, self.state.inputs = self.state.inputs, ""
        for path, holder in self.holders.items():
            self._mark(path, holder)
        save_state(self.project, self.state)
        self.state.inputs = inputs
        for path, holder in self.holders.items():
            with refusing("placed", path):
                os.rename(os.path.join(self.project, holder + STAGE), os.path.join(self.project, holder + SWAP))

    def _sync(self) -> None:
        """Bring everything to the disk, once for each file system that a holder lies on."""
        parents = {os.path.join(self.project, holder.rpartition("/")[0]) for holder in self.holders.values()}
        with refusing("written", ".deps/staging"):
            devices = {os.lstat(parent).st_dev: parent for parent in sorted(parents)}
            for parent in devices.values():
                sync_file_system(parent)

    def _mark(self, path: str, holder: str) -> None:
        new = self.new.get(path)
        place = self.state.places.get(path)
        if place is None:
            assert new is not None, "only what is known is removed"  # noqa: S101 - for the type checker
            place = PlaceState(path=path, identity=new.identity, name=new.name, label=new.label, digest="")
            self.state.places[path] = place
        place.holder = holder + SWAP
        if new is not None:
            place.pending = new.digest
            place.staged_inode = os.lstat(os.path.join(self.project, holder + STAGE, "new")).st_ino

    def swap_all(self, plan: Plan) -> None:
        # Of two that go, the inner first: with the outer one it would be gone before its turn.
        for step in (*reversed(plan.having("remove")), *plan.fills):
            with refusing("placed" if step.digest else "removed", step.path):
                self._swap_one(step)
        self._sync()

    def _swap_one(self, step: Step) -> None:
        holder = open_directory(self.project, self.holders[step.path] + SWAP)
        try:
            parent, name = open_parent(self.project, step.path, create=bool(step.digest))
            try:
                self._rename(step, (holder, b"new"), (holder, b"old"), (parent, name))
            finally:
                os.close(parent)
        finally:
            os.close(holder)

    def _rename(self, step: Step, new: Name, old: Name, place: Name) -> None:
        if not step.digest:
            rename_free(place, old)
        elif step.lies == "absent":
            _place_free(new, place, step.path)
        elif not self.staging.swap(new, place):
            rename_free(place, old)
            rename_free(new, place)

    def part(self, plan: Plan) -> None:
        """Part with the old trees, and let the state say what is there now."""
        for path, holder in self.holders.items():
            place = self.state.places[path]
            # After the exchange the inode of `new` is that of the old tree.
            empty_holder(os.path.join(self.project, holder + SWAP), place, self.ignored, self.trash)
        self.state.places.update(self.new)
        for step in plan.having("remove", "forget"):
            self.state.places.pop(step.path, None)


def _new_record(step: Step, root: str, tree: Staged) -> PlaceState:
    if step.digest.startswith("link:"):
        return PlaceState(path=step.path, identity=step.identity, name=step.name, label=step.label, digest=step.digest)
    return staged_record(step, root, tree.files)


def _place_free(source: Name, target: Name, path: str) -> None:
    try:
        rename_free(source, target)
    except FileExistsError as error:
        message = f"`{path}`: appeared while `deps` was at work"
        raise LocalError(message, hint="run the command again; it looks at what is there now") from error


def recover(project: str, state: State | None, ignored: Ignored) -> tuple[str, ...]:
    """Put in order what an interrupted run left; return what was moved to `.deps/trash/`.

    Whoever calls it holds the lock of the project.

    Raises:
        LocalError: where the system refuses.

    """
    trash = Trash(project)
    places = {} if state is None else state.places
    interrupted = [place for place in places.values() if place.holder]
    for place in interrupted:
        _recover_place(project, place, ignored, trash)
        place.holder = ""
    if interrupted:
        touch_stamp(project)
    return tuple(trash.moved)


def _recover_place(project: str, place: PlaceState, ignored: Ignored, trash: Trash) -> None:
    with refusing("placed", place.path):
        try:
            holder = open_directory(project, place.holder)
        except FileNotFoundError:
            return
        try:
            _complete_renames(project, place, holder)
        finally:
            os.close(holder)
    empty_holder(os.path.join(project, place.holder), place, ignored, trash)


def _complete_renames(project: str, place: PlaceState, holder: int) -> None:
    """Finish two renames of which only the first was done (systems without an exchange)."""
    if not place.pending or not _lies((holder, b"old")):
        return
    parent, name = open_parent(project, place.path, create=True)
    try:
        if not _lies((parent, name)):
            source = b"new" if _lies((holder, b"new")) else b"old"
            rename_free((holder, source), (parent, name))
    finally:
        os.close(parent)


def _lies(name: Name) -> bool:
    try:
        os.stat(name[1], dir_fd=name[0], follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
