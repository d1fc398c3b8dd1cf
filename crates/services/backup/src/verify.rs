//! Reads backups back: every object is there, whole, can be opened, and is what the manifest says; and the journal has
//! no gaps. What this does not show is shown by a [drill](crate::drill).

use jiff::Timestamp;
use platform::backups::chain::follow;
use platform::backups::manifest::{BasePart, Manifest};
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::ports::{Vault, VaultError};
use platform::backups::retention::WalNeed;
use platform::backups::wal::WalFile;
use sha2::{Digest, Sha256};

use crate::error::BackupError;
use crate::progress::{Progress, Report, Step};
use crate::store::{BackupStore, Journal};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The newest backup and the journal from it on.
    Newest,
    /// Everything that is kept.
    All,
    /// One backup, and the journal that it needs itself.
    One(BackupId),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many backups were read.
    pub backups: u64,
    /// How many objects.
    pub objects: u64,
    /// What they take in the vault.
    pub bytes: u64,
    /// Since when the newest journal file of the way is in the vault; `None` when there is none.
    pub journal_until: Option<Timestamp>,
    /// What is wrong, a sentence each; empty when all is well.
    pub troubles: Vec<String>,
}

impl BackupStore {
    /// Reads back what is named by the scope.
    ///
    /// # Errors
    /// When the vault does not answer, or there is no such backup. What is damaged or missing is no error: it is found.
    pub async fn verify(&self, scope: Scope, report: Report<'_>) -> Result<Verified, BackupError> {
        let mut verified = Verified::default();
        let ids = self.ids().await?;
        let wanted: Vec<BackupId> = match scope {
            Scope::All => ids.into_iter().collect(),
            Scope::Newest => ids.last().copied().into_iter().collect(),
            Scope::One(id) if ids.contains(&id) => vec![id],
            Scope::One(id) => return Err(BackupError::Unknown { id, vault: self.vault.place() }),
        };
        if wanted.is_empty() {
            return Err(BackupError::None(self.vault.place()));
        }
        let mut manifests = Vec::new();
        for id in wanted {
            match self.manifest(id).await {
                Ok(Some(manifest)) => manifests.push(manifest),
                Ok(None) => {}
                Err(error) if is_of_the_object(&error) => verified.troubles.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        let total = manifests.iter().map(Manifest::stored_bytes).sum();
        for manifest in &manifests {
            verified.backups += 1;
            for part in &manifest.parts {
                self.check_part(part, &mut verified).await?;
                report(Progress { step: Step::Checking, done: verified.bytes, total: Some(total) });
            }
        }
        self.check_journal(&manifests, scope, &mut verified, report).await?;
        Ok(verified)
    }

    async fn check_part(&self, part: &BasePart, verified: &mut Verified) -> Result<(), BackupError> {
        verified.bytes += part.stored_bytes;
        let Some(content) = self.checked(&part.name, verified).await? else { return Ok(()) };
        if !is_meant(part, &content) {
            verified.troubles.push(format!("{} is not what the manifest means", part.name));
        }
        Ok(())
    }

    /// The content; `None` when it is missing or damaged, which is noted.
    async fn checked(&self, name: &ObjectName, verified: &mut Verified) -> Result<Option<Vec<u8>>, BackupError> {
        verified.objects += 1;
        match self.vault.get(name).await {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.is_passing() => Err(error.into()),
            // One sentence for all: without the key nothing can be said of any of them.
            Err(error @ (VaultError::NoKey { .. } | VaultError::WrongKey { .. })) => Err(error.into()),
            Err(error) => {
                verified.troubles.push(error.to_string());
                Ok(None)
            }
        }
    }

    async fn check_journal(
        &self,
        manifests: &[Manifest],
        scope: Scope,
        verified: &mut Verified,
        report: Report<'_>,
    ) -> Result<(), BackupError> {
        let journal = self.journal().await?;
        let mut wanted = std::collections::BTreeSet::new();
        for manifest in manifests {
            wanted.extend(manifest.wal.segments());
        }
        if !matches!(scope, Scope::One(_)) {
            let first = self.first_of_the_way(manifests);
            wanted.extend(self.way(&journal, first, verified).await?);
        }
        let total = wanted.len() as u64;
        for (segment, done) in wanted.into_iter().zip(1..) {
            let name = ObjectName::wal(&segment.to_string());
            if let Some(listed) = journal.files.get(&WalFile::Segment(segment)) {
                verified.bytes += listed.stored_bytes;
            }
            self.checked(&name, verified).await?;
            report(Progress { step: Step::Recovering, done, total: Some(total) });
        }
        Ok(())
    }

    /// The first stretch after which everything is to be there.
    fn first_of_the_way(&self, manifests: &[Manifest]) -> Option<u64> {
        let kept = self.kept(manifests);
        let needs = manifests.iter().filter_map(|manifest| Some(WalNeed::of(manifest.wal, kept.get(&manifest.id)?)));
        needs.filter(|need| need.goes_on).map(|need| need.range.first().number).min()
    }

    async fn way(
        &self,
        journal: &Journal,
        first: Option<u64>,
        verified: &mut Verified,
    ) -> Result<Vec<platform::backups::wal::Segment>, BackupError> {
        let Some(first) = first else { return Ok(Vec::new()) };
        let ancestry = self.ancestry(journal).await?;
        let chain = follow(&ancestry, first, &journal.segments());
        for missing in &chain.missing {
            verified.troubles.push(format!("the journal file {missing} is missing: nothing after it can be restored"));
        }
        let Some(last) = chain.reaches else { return Ok(Vec::new()) };
        verified.journal_until = journal.files.get(&WalFile::Segment(last)).map(|listed| listed.stored_at);
        Ok((first..=last.number).map(|number| ancestry.segment(number)).collect())
    }
}

/// The vault has compared the content with its own SHA-256; the manifest must mean the same content.
pub(crate) fn is_meant(part: &BasePart, content: &[u8]) -> bool {
    let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    content.len() as u64 == part.content_bytes && hash == part.sha256
}

fn is_of_the_object(error: &BackupError) -> bool {
    matches!(error, BackupError::Vault(VaultError::Damaged { .. }) | BackupError::Manifest { .. })
}

/// For doctors and probes: whether the vault answers at all.
///
/// # Errors
/// When it does not.
pub async fn answers(vault: &dyn Vault) -> Result<(), VaultError> {
    vault.list("drills").await.map(drop)
}
